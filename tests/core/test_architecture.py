"""Who imports whom, where files stand, what stays unloaded, and versions that move together.

Layers, circles, folders and rooms are pure functions over what was read, so that each is also
shown an offender.
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
VERSION = ROOT / "VERSION"
HEAVY = {
    *("accelerate", "datasets", "gguf", "numpy", "openai", "pandas", "pyarrow", "rich", "torch"),
    *("transformers", "cattrs"),
}
MAY_IMPORT = {
    "latentgym_core": set(),
    "latentgym_envs": {"latentgym_core"},
    "latentgym_train": {"latentgym_core"},
    "latentgym_viz": {"latentgym_core"},
}
GAMES = ("number_guessing", "bandits", "secretary", "mastermind", "hangman", "wordle", "wordladder")
LAYERS = {
    "latentgym_core": (
        ("folding", "keeping", "wording", "worth.records", "worth.references"),
        ("errors", "outdated"),
        ("records", "registry", "skeleton"),
        ("contract", "metrics", "worth"),
        ("families",),
        ("sequence",),
        ("scaffolds", "dataset"),
        ("agents",),
        ("runs",),
        ("recordings", "testing", "worth.measuring"),
        ("handoff",),
        ("inference",),
        ("cli",),
        ("cli.commands",),
        ("plugin", "__main__", "sequence_env"),
        ("",),
    ),
    "latentgym_envs": (
        ("common", "suites", "words"),
        GAMES,
        tuple(f"{game}.latents" for game in GAMES),
        tuple(f"{game}.players" for game in GAMES),
        ("shared.words", "shared.positions"),
        ("plugin",),
        ("shared", ""),
    ),
    "latentgym_train": (
        ("config",),
        ("learning", "running"),
        ("playing",),
        ("sequences",),
        ("policies", "comparison"),
        ("stages", "adapters"),
        ("starting",),
        ("training", "embedded", "dry_run"),
        ("command",),
        ("plugin", "__main__"),
        ("",),
    ),
    "latentgym_viz": (
        ("palette", "reading", "wording"),
        ("charts.grammar", "reviews"),
        ("charts",),
        ("explorer.following",),
        ("explorer", "report", "terminal"),
        ("cli",),
        ("plugin",),
        ("",),
    ),
}
"""From the bottom: a room imports itself and those below, never one beside it; "" is the top."""
MOST_FILES = 12
LARGER_FOLDERS = {
    "latentgym_viz/site/js/parts": "one part of the page each, loaded by name",
    "latentgym_viz/site/style": "one sheet for each part of the page, without a build step",
}
ROOMS = ("latents", "players")
PROJECTS = {path.parent.name: path for path in sorted(ROOT.glob("latentgym-*/pyproject.toml"))}
PACKAGES = {name.replace("-", "_"): path.parent / "src" for name, path in PROJECTS.items()}


def sources(package):
    return sorted((PACKAGES[package] / package).rglob("*.py"))


def imported(path):
    """(module, whether it is imported when the file is) for every import statement."""
    tree = ast.parse(path.read_text("utf-8"))
    at_top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is a relative import"
            names = [node.module]
        yield from ((name, id(node) in at_top) for name in names)


def test_every_distribution_has_a_place_in_the_import_rule():
    assert "latentgym_core" in PACKAGES
    assert set(PACKAGES) <= set(MAY_IMPORT)


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package):
    assert sources(package)
    allowed = MAY_IMPORT[package] | {package}
    for path in sources(package):
        for name, _ in imported(path):
            top = name.partition(".")[0]
            assert not top.startswith("latentgym") or top in allowed, f"{path} imports {name}"


def dotted(path, package):
    """The name of a module."""
    parts = path.relative_to(PACKAGES[package]).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def graph(package):
    """Module to the modules of its distribution that it imports, anywhere in the file."""
    files = {dotted(path, package): path for path in sources(package)}
    found = {module: set() for module in files}
    for module, path in files.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found[module].update(alias.name for alias in node.names if alias.name in files)
            elif isinstance(node, ast.ImportFrom) and node.module in files:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                own = {node.module} if inner - set(files) else set()
                found[module] |= own | inner & set(files)
    return found


def place_of(module, layers):
    """(layer, room) of a module of one distribution: the most exact room that holds it."""
    inner = module.partition(".")[2]
    places = [
        (len(room), layer, room)
        for layer, rooms in enumerate(layers)
        for room in rooms
        if inner == room or (room and inner.startswith(f"{room}."))
    ]
    return max(places)[1:] if places else None


def upward(imports, layers):
    """What stands in no layer, and every import that does not go down."""
    places = {module: place_of(module, layers) for module in imports}
    homeless = [f"{module} has no layer" for module, place in places.items() if place is None]
    return homeless + [
        f"{module} imports {other}"
        for module, others in imports.items()
        for other in others
        if places[module] and places[other]
        if places[other] != places[module] and places[other][0] >= places[module][0]
    ]


def circle(imports):
    """Modules that import each other in a circle, if there are any."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def crowded(files, exceptions):
    """Folders with more than `MOST_FILES` files; a package's own file does not count."""
    sizes = Counter(
        str(PurePosixPath(file).parent) for file in files if not file.endswith("/__init__.py")
    )
    return {
        folder: size
        for folder, size in sizes.items()
        if size > MOST_FILES and folder not in exceptions
    }


def rooms_missing(files, games):
    """Rooms that a game lacks: itself, its latents, its players."""
    wanted = [f"{game}/{file}" for game in games for file in ("specs.py", "env.py", "task.py")]
    wanted += [f"{game}/{room}/__init__.py" for game in games for room in ROOMS]
    return [each for each in wanted if each not in files]


def shipped(package):
    """Every file of a package, from the folder that holds it."""
    found = (path for path in (PACKAGES[package] / package).rglob("*") if path.is_file())
    return [
        path.relative_to(PACKAGES[package]).as_posix()
        for path in found
        if "__pycache__" not in path.parts
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_down(package):
    imports = graph(package)
    assert sum(map(len, imports.values())) > 20
    assert not upward(imports, LAYERS[package])


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package):
    assert not circle(graph(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_folder_holds_a_dozen_files_at_most(package):
    assert not crowded(shipped(package), LARGER_FOLDERS)


def test_every_exception_is_still_needed():
    files = [file for package in PACKAGES for file in shipped(package)]
    assert set(crowded(files, {})) == set(LARGER_FOLDERS)


def test_every_game_is_named_here():
    tree = ast.parse((PACKAGES["latentgym_envs"] / "latentgym_envs/plugin.py").read_text("utf-8"))
    (games,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "GAMES"
    )
    assert games == GAMES


def test_every_game_has_three_rooms():
    files = [file.removeprefix("latentgym_envs/") for file in shipped("latentgym_envs")]
    assert not rooms_missing(files, GAMES)


def test_an_import_that_goes_up_or_aside_is_found():
    layers = (("errors",), ("words", "common"), ("games",), ("games.players",), ("",))
    fine = {
        "p": {"p.games"},
        "p.games.players.blind": {"p.games.env", "p.games.players.search", "p.errors"},
        "p.games.players.search": set(),
        "p.games.env": {"p.words"},
        "p.words": {"p.errors"},
        "p.common": set(),
        "p.errors": set(),
    }
    assert not upward(fine | {"p.games": set()}, layers)
    for module, other in (
        ("p.errors", "p.words"),
        ("p.words", "p.common"),
        ("p.games.env", "p.games.players.blind"),
        ("p.games.env", "p"),
    ):
        planted = fine | {"p.games": set(), module: {other}}
        assert upward(planted, layers) == [f"{module} imports {other}"]
    assert upward({"p.elsewhere": set()}, layers) == ["p.elsewhere has no layer"]


def test_imports_within_functions_and_for_type_checkers_count(tmp_path, monkeypatch):
    folder = tmp_path / "p"
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "inner" / "__init__.py").write_text("NAME = 1\n")
    (folder / "a.py").write_text("def f():\n    from p.inner import b\n    return b\n")
    (folder / "inner" / "b.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import f\n"
    )
    (folder / "c.py").write_text("import p.a\nfrom p.inner import NAME\nfrom p import a\n")
    monkeypatch.setitem(PACKAGES, "p", tmp_path)
    found = graph("p")
    assert found == {
        "p": set(),
        "p.inner": set(),
        "p.a": {"p.inner.b"},
        "p.inner.b": {"p.a"},
        "p.c": {"p.a", "p.inner"},
    }
    assert set(circle(found)) == {"p.a", "p.inner.b"}


def test_a_circle_is_found():
    assert not circle({"a": {"b"}, "b": {"c"}, "c": set()})
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}


def test_a_crowded_folder_is_found():
    twelve = [f"p/room/{number}.py" for number in range(12)]
    assert not crowded([*twelve, "p/room/__init__.py", "p/room/inner/more.py"], {})
    assert crowded([*twelve, "p/room/table.csv"], {}) == {"p/room": 13}
    assert not crowded([*twelve, "p/room/table.csv"], {"p/room": "said why"})


def test_a_game_without_a_room_is_found():
    files = [f"chess/{file}.py" for file in ("specs", "env", "task", "players/__init__")]
    assert rooms_missing(files, ("chess",)) == ["chess/latents/__init__.py"]
    assert rooms_missing(files, ("go",))[0] == "go/specs.py"


def family_tests(files):
    """Where code outside a family's own module asks whether a latent is of that family.

    Args:
        files: Module name to source.
    """
    found = set()
    for module, source in files.items():
        tree = ast.parse(source)
        families = {
            alias.name
            for each in ast.walk(tree)
            if isinstance(each, ast.ImportFrom) and HOMES_OF_FAMILIES.search(each.module or "")
            for alias in each.names
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in TYPE_TESTS:
                asked = {each.id for each in ast.walk(call.args[1]) if isinstance(each, ast.Name)}
                found |= {(module, name) for name in asked & families}
    return found


HOMES_OF_FAMILIES = re.compile(r"\.latents\.|\.families\.(filters|shared|combinators)")
TYPE_TESTS = ("isinstance", "issubclass")


def test_no_code_asks_of_which_family_a_latent_is():
    files = {
        dotted(path, package): path.read_text() for package in PACKAGES for path in sources(package)
    }
    assert family_tests(files) == set()


def test_a_question_about_a_family_is_found():
    files = {
        "game.latents.sets": "class SetOfK(Latent): pass",
        "game.players.reference": (
            "from game.latents.sets import SetOfK\n"
            "def act(latent):\n"
            "    return isinstance(latent, SetOfK)\n"
        ),
    }
    assert family_tests(files) == {("game.players.reference", "SetOfK")}


def core_names(files):
    """Names that sources import from core, but from its public package itself."""
    return {
        alias.name
        for source in files
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("latentgym_core.")
        for alias in each.names
    }


def test_what_plugins_import_from_core_is_public():
    import latentgym_core
    from latentgym_core.skeleton import skeleton

    roots = (ROOT / "latentgym-envs/src", ROOT / "examples/latentgym-maze/src")
    files = [path.read_text() for root in roots for path in root.rglob("*.py")]
    texts = skeleton("doors")["latentgym_doors.py"]
    used = set(re.findall(r"\blg\.(\w+)", texts))
    assert core_names(files) | used <= set(latentgym_core.__all__)
    assert core_names(["from latentgym_core.families.beliefs import Planted"]) == {"Planted"}


def test_click_stays_in_the_command_line():
    for path in sources("latentgym_core"):
        used = {name.partition(".")[0] for name, _ in imported(path)}
        assert "click" not in used or "cli" in path.parts, f"{path} imports click"


def loaded_by(code):
    """Top-level names in `sys.modules` after running code in a fresh interpreter."""
    tell = "import json, sys; json.dump(sorted(sys.modules), sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{tell}"], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stderr)}, done.stdout


@pytest.mark.parametrize("package", PACKAGES)
def test_a_plugin_module_is_cheap_to_import(package):
    modules, _ = loaded_by(
        f"import {package}.plugin as plugin\n"
        "for name in dir(plugin):\n"
        "    if name.startswith('latentgym_register_'): list(getattr(plugin, name)())"
    )
    assert package in modules
    assert not modules & (HEAVY | {"click"})


def test_the_public_package_is_cheap_to_import():
    modules, _ = loaded_by("import latentgym_core")
    assert not modules & (HEAVY | {"attrs", "click", "pluggy"})


@pytest.mark.parametrize(
    "arguments", [["list", "--json"], ["list"], ["--help"], ["plugins"], ["--version"]]
)
def test_listing_loads_nothing_heavy(arguments):
    modules, stdout = loaded_by(
        "from latentgym_core.cli import main\n"
        f"try: main({arguments})\n"
        "except SystemExit as end: assert not end.code, end.code"
    )
    assert "latentgym_core" in modules
    assert stdout
    assert not modules & HEAVY


# ---- distributions


def project(name):
    return tomllib.loads(PROJECTS[name].read_text("utf-8"))["project"]


def numbers(version):
    return tuple(int(part) for part in version.split("."))


def test_every_version_is_the_one_in_the_file():
    for name, path in PROJECTS.items():
        version = tomllib.loads(path.read_text("utf-8"))["tool"]["hatch"]["version"]
        assert project(name)["dynamic"] == ["version"]
        assert (path.parent / version["path"]).resolve() == VERSION


@pytest.mark.parametrize("name", PROJECTS)
def test_ranges_between_ours_admit_the_current_version(name):
    current = numbers(VERSION.read_text("utf-8").strip())
    for dependency in project(name)["dependencies"]:
        if not dependency.startswith("latentgym-"):
            continue
        match = re.fullmatch(r"latentgym-\w+(?:\[\w+\])?>=([\d.]+),<([\d.]+)", dependency)
        assert match, f"{name}: {dependency} is no range of the form >=X,<Y"
        assert numbers(match[1]) <= current < numbers(match[2])


@pytest.mark.parametrize("name", PROJECTS)
def test_every_distribution_ships_its_licence_and_its_types(name):
    folder = PROJECTS[name].parent
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert (folder / "README.md").is_file()
    assert (folder / "src" / name.replace("-", "_") / "py.typed").is_file()
