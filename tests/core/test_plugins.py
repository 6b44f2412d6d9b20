"""Broken plugins among good ones, as real distributions on the path of a fresh interpreter."""

import json
import os
import subprocess
import sys
from textwrap import dedent
from types import ModuleType

import pytest
from attrs import field, frozen
from attrs.validators import instance_of

from latentgym_core.errors import PluginError
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.loading import (
    Origin,
    PluginSettings,
    PluginSource,
    load_plugins,
    plugin_objects,
)
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec

IMPORTS = "from latentgym_core import CoreEnvSpec, LatentSpec, PromptSpec, hookimpl\n"


def core_envs(body):
    return f"{IMPORTS}@hookimpl\ndef latentgym_register_core_envs():\n    {body}\n"


def good(name):
    return core_envs(f"yield CoreEnvSpec(name={name!r}, factory='nowhere:Game')")


BROKEN = {
    "importerror": ("import not_there", "ModuleNotFoundError: No module named 'not_there'"),
    "syntaxerror": ("def broken(:", "SyntaxError: invalid syntax"),
    "exits": ("import sys; sys.exit(3)", "it called sys.exit(3)"),
    "exitsinhook": (core_envs("import sys; sys.exit('bye')"), "it called sys.exit(bye)"),
    "wrongrecord": (
        core_envs("return [{'name': 'x'}]"),
        "latentgym_register_core_envs gave a dict; its records are CoreEnvSpec.",
    ),
    "wrongspec": (
        core_envs("return [PromptSpec(name='x', factory='x:Y')]"),
        "latentgym_register_core_envs gave a PromptSpec; its records are CoreEnvSpec.",
    ),
    "unknownhook": (
        f"{IMPORTS}@hookimpl\ndef latentgym_register_latent():\n    return ()",
        "latentgym_register_latent is not a hook of this version; "
        "did you mean latentgym_register_latents?",
    ),
    "unmarked": (
        "def latentgym_register_agents():\n    return ()",
        "latentgym_register_agents is not marked; write @hookimpl above it.",
    ),
    "hookless": ("x = 1", "it implements no hook; mark its hooks with @hookimpl."),
    "argument": (  # pluggy 1.6 keeps such a plugin half registered
        f"{IMPORTS}@hookimpl\ndef latentgym_register_prompts():\n    return ()\n"
        "@hookimpl\ndef latentgym_register_latents(config):\n    return ()",
        "PluginValidationError: ",
    ),
    "halfway": (
        core_envs("yield CoreEnvSpec(name='half', factory='x:Y'); raise RuntimeError('no more')"),
        "RuntimeError: no more",
    ),
    "returnsnone": (
        core_envs("return None"),
        "latentgym_register_core_envs returned NoneType; return an iterable of CoreEnvSpec.",
    ),
    "badname": (
        core_envs("yield CoreEnvSpec(name='two words', factory='x:Y')"),
        "CoreEnvSpec: 'two words' is not a name",
    ),
    "twice": (
        core_envs("return [CoreEnvSpec(name='same', factory='x:Y')] * 2"),
        "it registers the core env 'same' twice.",
    ),
    "reserved": (
        f"{good('smuggled')}@hookimpl\ndef latentgym_register_prompts():\n"
        "    yield PromptSpec(name='no_info', core_envs=('smuggled',), factory='x:Y')",
        "the prompt 'no_info' of smuggled is reserved, because latentgym-core registers it; "
        "give yours another name.",
    ),
}


def install(folder, name, code, version="1.2"):
    """Lay a distribution out as pip would: a module and its metadata."""
    (folder / f"{name}.py").write_text(dedent(code), "utf-8")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[latentgym]\nmain = {name}\n")


def run(folder, *arguments, **variables):
    command = "import sys; from latentgym_core.cli import main; sys.argv[0] = 'latentgym'; main()"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LATENTGYM_")}
    return subprocess.run(
        [sys.executable, "-c", command, *arguments],
        env={**kept, "PYTHONPATH": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Good plugins, one that prints, one without metadata, and every broken one."""
    folder = tmp_path_factory.mktemp("crowd")
    install(folder, "zgood", good("fine"))
    noise = "import sys\nprint('noise at import')\nsys.stdout.write('more noise\\n')\n"
    install(
        folder,
        "A_Prints",
        noise
        + core_envs("print('noise in a hook'); yield CORE").replace(
            "CORE", "CoreEnvSpec(name='loud', factory='x:Y')"
        ),
    )
    install(folder, "nometadata", good("nameless"))
    (folder / "nometadata-1.2.dist-info" / "METADATA").unlink()
    for name, (code, _) in BROKEN.items():
        install(folder, name, code)
    return folder


@pytest.fixture(scope="module")
def listed(crowd):
    return run(crowd, "list", "--json")


@pytest.fixture(scope="module")
def reported(crowd):
    done = run(crowd, "plugins", "--json")
    assert done.returncode == 0
    return {row["distribution"]: row for row in json.loads(done.stdout)}


def test_no_broken_plugin_disturbs_the_listing(listed):
    assert listed.returncode == 0
    data = json.loads(listed.stdout)  # nothing that a plugin printed went there
    names = {row["name"] for row in data["core_envs"]}
    assert {"fine", "loud", "nameless"} <= names
    assert not {"half", "same", "two words", "smuggled"} & names  # all or nothing
    assert [row["name"] for row in data["prompts"]].count("no_info") == 1
    for text in ("noise at import", "more noise", "noise in a hook"):
        assert text in listed.stderr


def test_every_broken_plugin_is_told_of_in_one_line(listed):
    told = [line for line in listed.stderr.splitlines() if " skipped: " in line]
    assert sorted(line.split()[1] for line in told) == sorted(f"{name}:main" for name in BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_the_reason_is_one_sentence(reported, name):
    row, (_, sentence) = reported[name], BROKEN[name]
    assert row["status"] == "failed"
    assert row["error"].startswith(sentence)
    assert "\n" not in row["error"]
    assert row["contributed"] == {}


def test_good_plugins_are_reported_with_what_they_bring(reported):
    row = reported["zgood"]
    assert (row["version"], row["status"], row["error"]) == ("1.2", "ok", None)
    assert row["contributed"] == {"core_envs": ["fine"]}
    assert row["ms"] > 0


def test_first_party_comes_first_and_the_rest_by_name(reported):
    names = list(reported)
    ours = [name for name in names if name.startswith("latentgym-")]
    assert ours[0] == "latentgym-core"
    assert names == ours + sorted(names[len(ours) :])
    assert names[len(ours)] == "a-prints"


def test_disabled_plugins_are_not_imported(crowd):
    disabled = "zgood, exits:main,a.prints"
    done = run(crowd, "plugins", "--json", LATENTGYM_DISABLE_PLUGINS=disabled)
    status = {row["distribution"]: row["status"] for row in json.loads(done.stdout)}
    assert {name for name in status if status[name] == "disabled"} == {"zgood", "exits", "a-prints"}
    assert "noise" not in done.stderr
    assert "plugin exits:main" not in done.stderr


def test_strict_makes_the_first_failure_an_error(crowd):
    done = run(crowd, "list", LATENTGYM_STRICT_PLUGINS="1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1].startswith(
        "error: The plugin argument:main cannot be loaded: PluginValidationError: "
    )


def test_trace_tells_every_hook_and_the_tracebacks(crowd):
    done = run(crowd, "list", "--json", LATENTGYM_TRACE_PLUGINS="1")
    assert "zgood:main imported in " in done.stderr
    assert "zgood:main latentgym_register_core_envs gave 1 records in " in done.stderr
    assert "halfway:main failed: RuntimeError: no more\nTraceback " in done.stderr
    assert json.loads(done.stdout)


def test_two_strangers_with_one_name_are_listed_and_using_it_names_both(tmp_path):
    for name in ("acme", "zorro"):
        install(tmp_path, name, good("contested"))
    done = run(tmp_path, "list", "core-envs", "--json")
    both = [row for row in json.loads(done.stdout) if row["name"] == "contested"]
    assert [(row["distribution"], row["conflict"]) for row in both] == [
        ("acme", True),
        ("zorro", True),
    ]
    used = run(tmp_path, "show", "contested/x")
    assert used.returncode == 1
    assert used.stderr == (
        "error: The core env 'contested' is claimed by acme:main 1.2 and zorro:main 1.2; switch "
        "one of them off with LATENTGYM_DISABLE_PLUGINS=zorro:main.\n"
    )
    alone = run(tmp_path, "list", "core-envs", "--json", LATENTGYM_DISABLE_PLUGINS="zorro:main")
    (left,) = [row for row in json.loads(alone.stdout) if row["name"] == "contested"]
    assert (left["distribution"], left["conflict"]) == ("acme", False)


def test_two_strangers_with_one_command_break_nothing_but_the_command(tmp_path):
    code = """
        from latentgym_core import CommandSpec, hookimpl

        @hookimpl
        def latentgym_register_commands():
            yield CommandSpec(name="tidy", factory="x:y", summary="Tidy up.")
    """
    for name in ("acme", "zorro"):
        install(tmp_path, name, code)
    root = run(tmp_path, "--help")
    assert root.returncode == 0
    assert root.stdout.count("tidy") == 1
    used = run(tmp_path, "tidy")
    assert used.returncode == 1
    assert "The command 'tidy' is claimed by acme:main 1.2 and zorro:main 1.2" in used.stderr


# ---- in this process


def source(load, distribution="acme"):
    return PluginSource(
        origin=Origin(distribution=distribution, version="1", entry_point="main"), load=load
    )


def raising(error):
    def load():
        raise error

    return load


def test_keyboard_interrupts_pass_through():
    with pytest.raises(KeyboardInterrupt):
        load_plugins([source(raising(KeyboardInterrupt()))], PluginSettings())


def test_strict_keeps_the_cause():
    error = ImportError("gone")
    with pytest.raises(PluginError, match=r"acme:main cannot be loaded: ImportError: gone") as seen:
        load_plugins([source(raising(error))], PluginSettings(strict=True))
    assert seen.value.__cause__ is error


def test_an_attrs_validator_is_quoted_by_its_message_alone():
    @frozen
    class Record:
        k: int = field(validator=instance_of(int))

    (plugin,) = load_plugins([source(lambda: Record("x"))], PluginSettings())
    assert plugin.message.startswith("TypeError: 'k' must be <class 'int'> (got 'x'")
    assert "Attribute(" not in plugin.message


def test_an_error_with_several_arguments_is_quoted_whole():
    error = FileNotFoundError(2, "No such file", "words.txt")
    (plugin,) = load_plugins([source(raising(error))], PluginSettings())
    assert plugin.message == "FileNotFoundError: [Errno 2] No such file: 'words.txt'"


def test_versions_are_told_whatever_lies_beside(crowd):
    done = run(crowd, "--version")
    assert done.returncode == 0
    assert done.stdout.startswith("latentgym-core ")


def test_one_module_behind_two_entry_points_counts_once():
    module = ModuleType("acme")

    @hookimpl
    def latentgym_register_core_envs():
        return [CoreEnvSpec(name="door", factory=dict)]

    module.latentgym_register_core_envs = latentgym_register_core_envs
    first, second = load_plugins(
        [source(lambda: module), source(lambda: module, "other")], PluginSettings()
    )
    assert (first.status, second.status) == ("ok", "failed")
    assert "already registered" in second.message


def test_a_name_may_be_used_again_for_another_core_env():
    class Plugin:
        @hookimpl
        def latentgym_register_latents(self):
            for game in ("maze", "doors"):
                yield LatentSpec(name="fixed", core_envs=(game,), factory=dict)

    (plugin,) = load_plugins(plugin_objects([Plugin()]), PluginSettings(strict=True))
    assert len(plugin.contributions["latents"]) == 2


def test_settings_come_from_the_environment_handed_in():
    settings = PluginSettings.from_environment(
        {"LATENTGYM_DISABLE_PLUGINS": "Acme_Maze, zorro:main,", "LATENTGYM_STRICT_PLUGINS": "0"}
    )
    assert settings == PluginSettings(disabled=frozenset({"acme-maze", "zorro:main"}))
    assert PluginSettings.from_environment({"LATENTGYM_TRACE_PLUGINS": "1"}).trace
    assert PluginSettings.from_environment({}) == PluginSettings()
