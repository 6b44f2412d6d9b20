"""Plugins that fail where they are used: one sentence with plugin, method and line.

Each is a real distribution on the path of a fresh interpreter.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from latentgym_core import plugin as core_plugin
from latentgym_core.errors import PluginError, SpecError
from latentgym_core.registry.blame import place_in, reason, whose
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.reserved_commands import COMMANDS, COMMANDS_OF_CORE
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec
from latentgym_core.runs.component_faults import raised_in
from latentgym_core.sequence.environment import construct

GOOD = Path(__file__).with_name("latentgym_kit_doors.py")
NAME = "faulty"
MODULE = f"latentgym_{NAME}"
PLUGIN = f"latentgym-{NAME}:main"
MORE = """
@hookimpl
def latentgym_register_prompts():
    from latentgym_core import PromptSpec
    yield PromptSpec(name="riddle", factory="{module}_late:Riddle")

@hookimpl
def latentgym_register_feedbacks():
    from latentgym_core import FeedbackSpec
    yield FeedbackSpec(name="map", core_envs=("{name}",), factory="{module}_late:Map")

@hookimpl
def latentgym_register_commands():
    from latentgym_core import CommandSpec
    yield CommandSpec(name="tidy", factory="{module}_late:tidy")
"""


def run(folder, *arguments, stdin="", **variables):
    command = "import sys; from latentgym_core.cli import main; sys.argv[0] = 'latentgym'; main()"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LATENTGYM_")}
    path = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, "-c", command, *arguments],
        env={**kept, "PYTHONPATH": path, **variables},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def install(folder, code, more="", name=MODULE, requires="latentgym-core>=0.1"):
    """Lay a distribution out as pip would: its modules and its metadata."""
    (folder / f"{name}.py").write_text(code, "utf-8")
    (folder / f"{name}_late.py").write_text(more, "utf-8")
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\nRequires-Dist: {requires}\n"
    (info / "METADATA").write_text(metadata)
    (info / "entry_points.txt").write_text(f"[latentgym]\nmain = {name}\n")
    (info / "RECORD").write_text(f"{name}.py,,\n{name}_late.py,,\n")


def doors(*changes):
    """The module of the kit's tests, with lines exchanged."""
    code = GOOD.read_text("utf-8").replace("kit_doors", NAME)
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    return code


def line_of(code, text):
    return 1 + code[: code.index(text)].count("\n")


# ---- methods that raise in the middle of a play


METHODS = {
    "Doors.rules": ('"""What any player is told."""', 'raise KeyError("gone")'),
    "Doors.start": ("del rng_key", 'raise KeyError("gone")'),
    "Doors.step": ("after = evolve(state, turns=state.turns + 1)", 'raise KeyError("gone")'),
    "Doors.outcome_facts": ('return {"turns": state.turns}', 'raise KeyError("gone")'),
    "SameDoor.draw": ("return rng.randint(1, _num_doors(core_envs[0]))", 'raise KeyError("gone")'),
    "SameDoor.task": (
        "del rng\n        return DoorsTask",
        'raise KeyError("gone")\n        DoorsTask',
    ),
}


@pytest.mark.parametrize("method", METHODS)
def test_a_method_that_raises_is_one_sentence(tmp_path, method):
    code = doors(METHODS[method])
    install(tmp_path, code)
    done = run(tmp_path, "play", f"{NAME}/same_door/no_info/standard/ep1", stdin="[1]\n" * 10)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].removeprefix("> ") == (
        f"error: {method} of plugin {PLUGIN} ({MODULE}.py:{line_of(code, 'raise KeyError')}) "
        f"failed: KeyError: 'gone'; LATENTGYM_DEBUG=1 shows the traceback."
    )
    assert "Traceback" not in done.stderr


def test_a_method_that_ends_the_process_or_is_debugged(tmp_path):
    install(tmp_path, doors(("del rng_key", "raise SystemExit(0)")))
    ended = run(tmp_path, "show", f"{NAME}/same_door/no_info")
    assert ended.returncode == 1
    assert f"Doors.start of plugin {PLUGIN} (" in ended.stderr
    assert "failed: it called sys.exit(0)" in ended.stderr

    (tmp_path / f"{MODULE}.py").write_text(doors(("del rng_key", "1 / 0")), "utf-8")
    debugged = run(tmp_path, "--debug", "show", f"{NAME}/same_door/no_info")
    assert debugged.stderr.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert "Traceback" in debugged.stderr


def test_an_evaluation_records_where_it_was_raised(tmp_path):
    code = doors(METHODS["Doors.step"])
    install(tmp_path, code)
    run_folder = tmp_path / "run"
    done = run(
        *(tmp_path, "eval", f"{NAME}/same_door/no_info/standard/ep1"),
        *("--agent", "scripted/blind", "-n", "1", "--out", str(run_folder)),
    )
    assert done.returncode == 1
    place = f"raised in Doors.step of plugin {PLUGIN} ({MODULE}.py:{line_of(code, 'raise Key')})"
    assert place in done.stderr
    (line,) = (run_folder / "trajectories.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["error"]["message"] == f"'gone', {place}"


def test_our_own_mistakes_keep_their_traceback():
    with pytest.raises(ValueError, match="Expecting") as seen:
        json.loads("{")
    assert raised_in(seen.value) is None


# ---- factories


RAISES = ("words = {}['gone']", "KeyError: 'gone'", 1)
LATE = {
    "exits": ("import sys\nsys.exit('bye')", "it called sys.exit(bye)", 2),
    "misspelt": ("def broken(:", "SyntaxError: invalid syntax", 1),
    "lacks": ("import not_there", "ModuleNotFoundError: No module named 'not_there'", 1),
}
USES = {
    "core env": (("play", NAME), "Doors"),
    "latent": (("play", f"{NAME}/same_door"), "SameDoor"),
    "prompt": (("play", f"{NAME}/same_door/riddle"), "Riddle"),
    "feedback": (("play", f"{NAME}/same_door/no_info/map"), "Map"),
    "agent": (("eval", NAME, "--agent", "scripted/blind", "--dry-run"), "Blind"),
    "command": (("tidy",), "tidy"),
}


@pytest.mark.parametrize(
    ("use", "fault"), [*((use, "raises") for use in USES), *(("latent", fault) for fault in LATE)]
)
def test_a_factory_that_cannot_be_loaded(tmp_path, use, fault):
    arguments, factory = USES[use]
    late, said, line = LATE.get(fault, RAISES)
    code = doors().replace(f'"{MODULE}:{factory}"', f'"{MODULE}_late:{factory}"')
    install(tmp_path, code + MORE.format(module=MODULE, name=NAME), late)
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"error: The factory {MODULE}_late:{factory} of ")
    assert f" in plugin {PLUGIN} cannot be loaded ({MODULE}_late.py:{line}): {said}" in told


def test_a_factory_that_fails_when_it_is_called(tmp_path):
    code = doors(("max_turns: int = 10", "max_turns: int = field(factory=lambda: exit(4))"))
    install(tmp_path, code)
    done = run(tmp_path, "show", f"{NAME}/same_door")
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    place = f"{MODULE}.py:{line_of(code, 'lambda: exit')}"
    assert told == (
        f"error: The factory {MODULE}:Doors of CoreEnvSpec '{NAME}' in plugin {PLUGIN} failed "
        f"({place}): it called sys.exit(4)."
    )


def refusing(k=0):
    if not k:
        raise ValueError("k has to be above 0.")
    return len(k)


@pytest.mark.parametrize(
    ("spec", "given", "kind", "said"),
    [
        (LatentSpec(name="x", core_envs=(), factory=refusing), {"k": 0}, SpecError, "^x: k has to"),
        (LatentSpec(name="x", core_envs=(), factory=refusing), {"l": 0}, SpecError, "unexpected"),
        (LatentSpec(name="x", core_envs=(), factory=refusing), {"k": 3}, PluginError, "has no len"),
        (CoreEnvSpec(name="x", factory=refusing), {}, PluginError, r"faults.py:\d+\): ValueError"),
    ],
)
def test_what_a_user_chose_is_refused_and_what_an_author_chose_is_a_fault(spec, given, kind, said):
    with pytest.raises(kind, match=said) as seen:
        construct(spec, given)
    assert type(seen.value) is kind


def test_names_of_places():
    assert whose("latentgym_core") == "plugin latentgym-core:core"
    assert whose("nobody") == "package nobody"
    assert place_in("nobody", ValueError("never raised")) == ""
    assert reason(ValueError()) == "ValueError"


# ---- commands of ours, versions, and names that nobody has


def test_reserved_commands_are_those_that_our_distributions_register():
    from latentgym_train import plugin as train_plugin
    from latentgym_viz import plugin as viz_plugin

    registered = {
        entry.spec.name: entry.origin.distribution
        for plugin in (train_plugin, viz_plugin)
        for entry in Registry.from_plugins([core_plugin, plugin]).commands()
        if entry.origin.distribution != "latentgym-core"
    }
    assert dict(COMMANDS) == registered
    of_core = [spec.name for spec in core_plugin.latentgym_register_commands()]
    assert list(COMMANDS_OF_CORE) == of_core


@pytest.mark.parametrize("command", ["train", "view", "eval"])
def test_a_stranger_never_takes_a_command_of_ours(tmp_path, command):
    owner = COMMANDS.get(command, "latentgym-core")
    code = MORE.replace("tidy", command).format(module=MODULE, name=NAME)
    install(tmp_path, f"from latentgym_core import hookimpl\n{code}")
    disabled = "latentgym-train,latentgym-viz,latentgym-core"
    told = f"the command '{command}' is reserved, because {owner} registers it"
    for variables in ({}, {"LATENTGYM_DISABLE_PLUGINS": disabled}):
        done = run(tmp_path, command, "--help", **variables)
        assert f"plugin {PLUGIN} skipped: {told}" in done.stderr
        assert f"{MODULE}_late" not in done.stderr


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_without_its_distribution_says_what_to_install(command):
    from click.testing import CliRunner

    from latentgym_core.cli import cli

    alone = CliRunner().invoke(cli, [command, "x"], obj=Registry.from_plugins([core_plugin]))
    assert (alone.exit_code, alone.stdout) == (1, "")
    assert len(alone.stderr.splitlines()) == 1
    assert f"which is not installed; run `pip install {COMMANDS[command]}`" in alone.stderr


def test_a_command_whose_distribution_is_switched_off_says_so(tmp_path):
    done = run(tmp_path, "view", "x", LATENTGYM_DISABLE_PLUGINS="latentgym_viz")
    assert done.returncode == 1
    assert done.stderr == (
        "error: `latentgym view` comes with latentgym-viz, which is disabled here; "
        "`latentgym plugins` says why.\n"
    )


@pytest.mark.parametrize(
    ("requires", "unmet"),
    [
        ("latentgym_core (<0.1,>=0.0.1)", "latentgym-core<0.1,>=0.0.1"),
        ("latentgym.core>=99", "latentgym-core>=99"),
        ("latentgym-core>=99; python_version < '3'", None),
        ("latentgym-core>=99; extra == 'new'", None),
        ("attrs>=99", None),
        ("not a requirement !", None),
    ],
)
def test_a_plugin_for_another_core_says_so(tmp_path, requires, unmet):
    install(tmp_path, doors(), requires=requires)
    done = run(tmp_path, "plugins", "--json")
    (row,) = [each for each in json.loads(done.stdout) if each["distribution"].endswith(NAME)]
    assert (row["status"], row["built_for"]) == ("ok", unmet)
    told = f"plugin {PLUGIN} 1.2 was built for {unmet}, and latentgym-core "
    assert (told in done.stderr) is (unmet is not None)
    table = run(tmp_path, "plugins").stdout
    assert (f"\tbuilt for {unmet}" in table) is (unmet is not None)


def test_a_disabled_name_that_nobody_has_is_reported(tmp_path):
    install(tmp_path, doors())
    named = f"latentgym_fault,{PLUGIN}"
    done = run(tmp_path, "list", "core-envs", "--json", LATENTGYM_DISABLE_PLUGINS=named)
    assert done.returncode == 0
    assert NAME not in {each["name"] for each in json.loads(done.stdout)}
    (told,) = done.stderr.splitlines()
    assert told.startswith(
        "LATENTGYM_DISABLE_PLUGINS: There is no plugin named 'latentgym-fault'; did you mean "
        f"latentgym-{NAME}"
    )
