"""Broken plugins, as real distributions on the path of a fresh interpreter."""

import json
import os
import subprocess
import sys
from textwrap import dedent

import pytest

from latentgym_core.errors import PluginError
from latentgym_core.plugins import Origin, Settings, load_plugins

GOOD = """
    from latentgym_core import CoreEnvSpec, hookimpl

    @hookimpl
    def latentgym_register_core_envs():
        yield CoreEnvSpec(name="{name}", factory="{module}:Game", summary="A good one.")
"""

BROKEN = {
    "importerror": ("import not_there", "ModuleNotFoundError: No module named 'not_there'"),
    "exits": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "wrongrecord": (
        """
        from latentgym_core import hookimpl

        @hookimpl
        def latentgym_register_latents():
            return [{"name": "x"}]
        """,
        "SpecError: latentgym_register_latents yielded dict {'name': 'x'}, not LatentSpec.",
    ),
    "unknownhook": (
        """
        from latentgym_core import hookimpl

        @hookimpl
        def latentgym_register_latent():
            return ()
        """,
        "did you mean latentgym_register_latents?",
    ),
    "unmarked": (
        "def latentgym_register_agents():\n    return ()",
        "latentgym_register_agents is not marked with @hookimpl.",
    ),
    "halfway": (
        """
        from latentgym_core import CoreEnvSpec, hookimpl

        @hookimpl
        def latentgym_register_core_envs():
            yield CoreEnvSpec(name="half", factory="x:Y")
            raise RuntimeError("no second one")
        """,
        "RuntimeError: no second one",
    ),
    "returnsnothing": (
        """
        from latentgym_core import hookimpl

        @hookimpl
        def latentgym_register_prompts():
            return 7
        """,
        "returned int, not an iterable of records.",
    ),
    "badname": (
        """
        from latentgym_core import CoreEnvSpec, hookimpl

        @hookimpl
        def latentgym_register_core_envs():
            yield CoreEnvSpec(name="two words", factory="x:Y")
        """,
        "'two words' is not a name",
    ),
    "twice": (
        """
        from latentgym_core import CoreEnvSpec, hookimpl

        @hookimpl
        def latentgym_register_core_envs():
            return [CoreEnvSpec(name="same", factory="x:Y")] * 2
        """,
        "'same' (core_envs) is a name of twice",
    ),
    "reserved": (
        """
        from latentgym_core import PromptSpec, hookimpl

        @hookimpl
        def latentgym_register_prompts():
            yield PromptSpec(name="no_info", factory="x:Y")
        """,
        "'no_info' (prompts) is a name of latentgym-core; choose another.",
    ),
}


def install(folder, name, code, version="1.2"):
    """Lay a distribution out as pip would: a module and its metadata."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(dedent(code), "utf-8")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text(f"[latentgym]\nmain = {name}\n")


def run(folder, *arguments, **variables):
    command = "import sys; from latentgym_core.cli import main; sys.argv[0] = 'latentgym'; main()"
    return subprocess.run(
        [sys.executable, "-c", command, *arguments],
        env={**os.environ, "PYTHONPATH": str(folder), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """One good plugin among every broken one, and one that prints."""
    folder = tmp_path_factory.mktemp("crowd")
    install(folder, "zgood", GOOD.format(name="fine", module="zgood"))
    install(folder, "aprints", "print('noise')\n" + dedent(GOOD.format(name="loud", module="a")))
    for name, (code, _) in BROKEN.items():
        install(folder, name, code)
    return folder


def test_no_broken_plugin_disturbs_the_listing(crowd):
    done = run(crowd, "list", "core-envs", "--json")
    assert done.returncode == 0
    names = {row["name"] for row in json.loads(done.stdout)}
    assert {"fine", "loud"} <= names
    assert not {"half", "same", "two words"} & names
    for name in BROKEN:
        assert done.stderr.count(f"plugin {name}:main skipped: ") == 1


def test_every_failure_is_told_in_one_sentence(crowd):
    done = run(crowd, "plugins", "--json")
    told = {row["distribution"]: row for row in json.loads(done.stdout)}
    for name, (_, sentence) in BROKEN.items():
        assert told[name]["status"] == "failed"
        assert sentence in told[name]["error"]
        assert "\n" not in told[name]["error"]
        assert told[name]["contributes"] == {}
    assert told["zgood"]["contributes"] == {"core_envs": 1}
    assert told["zgood"]["version"] == "1.2"


def test_disabled_plugins_are_left_out_and_say_so(crowd):
    done = run(crowd, "plugins", "--json", LATENTGYM_DISABLE_PLUGINS="zgood, exits:main")
    status = {row["distribution"]: row["status"] for row in json.loads(done.stdout)}
    assert (status["zgood"], status["exits"], status["aprints"]) == ("disabled", "disabled", "ok")


def test_strict_makes_the_first_failure_an_error(crowd):
    done = run(crowd, "list", LATENTGYM_STRICT_PLUGINS="1")
    assert done.returncode == 1
    assert done.stderr.startswith("error: The plugin badname:main cannot be loaded: ")
    assert done.stdout == ""


def test_trace_tells_times_and_tracebacks(crowd):
    done = run(crowd, "list", "--json", LATENTGYM_TRACE_PLUGINS="1")
    assert "zgood:main: 1 core_envs in " in done.stderr
    assert "Traceback" in done.stderr
    json.loads(done.stdout)


def test_two_strangers_with_one_name_are_listed_and_using_it_names_both(tmp_path):
    for name in ("acme", "zorro"):
        install(tmp_path, name, GOOD.format(name="contested", module=name))
    listed = json.loads(run(tmp_path, "list", "core-envs", "--json").stdout)
    assert [row["conflict"] for row in listed if row["name"] == "contested"] == [True, True]
    used = run(tmp_path, "show", "contested")
    assert used.returncode == 1
    assert "registered by acme and zorro" in used.stderr
    assert "LATENTGYM_DISABLE_PLUGINS=acme" in used.stderr
    left = run(tmp_path, "list", "core-envs", "--json", LATENTGYM_DISABLE_PLUGINS="acme")
    row = next(row for row in json.loads(left.stdout) if row["name"] == "contested")
    assert (row["conflict"], row["distribution"]) == (False, "zorro")


def test_keyboard_interrupts_pass_through():
    def interrupt():
        raise KeyboardInterrupt

    origin = Origin(distribution="acme", version="1", entry_point="main")
    with pytest.raises(KeyboardInterrupt):
        load_plugins([(origin, interrupt)], Settings())


def test_strict_keeps_the_cause():
    def fail():
        raise ImportError("gone")

    origin = Origin(distribution="acme", version="1", entry_point="main")
    with pytest.raises(PluginError, match="acme:main.*gone") as caught:
        load_plugins([(origin, fail)], Settings(strict=True))
    assert isinstance(caught.value.__cause__, ImportError)
