"""Who imports whom, what stays unloaded, and versions that move together."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

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
