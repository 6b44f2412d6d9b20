"""`latentgym list`, `show`, `plugins`, and what all subcommands share."""

import errno
import io
import json
import re
import subprocess
import sys
from typing import Any, ClassVar

import click
import pytest
from attrs import field, frozen, validators
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from latentgym_core import plugin as core_plugin
from latentgym_core.cli import cli
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.shown.console import print_table
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import AgentSpec, CommandSpec, CoreEnvSpec, LatentSpec
from latentgym_core.scaffolds.naming import SCAFFOLDS
from latentgym_core.sequence.rewards import REWARD_TYPES

# ---- a tiny plugin


@frozen(kw_only=True)
class Door:
    answer: str


@frozen(kw_only=True)
class Doors(CoreEnv[Door, Door]):
    """Choose a door.

    Attributes:
        patience: Tries before the door
            is locked for good.
        prize: Reward of the open door.
    """

    task_type: ClassVar[type] = Door
    patience: int
    prize: float = 1.0
    colour: str | None = field(default=None, metadata={"doc": "Paint."})
    signs: tuple[str, ...] = field(factory=tuple)
    lock: str = field(default="steel", validator=validators.in_(("steel", "brass")))
    open: bool = field(default=False, validator=validators.instance_of(bool))

    def rules(self, task):
        return "Choose a door."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return task, "Which door?"

    def step(self, task, reply):
        solved = reply == task.answer
        return task, StepResult("Open." if solved else "Shut.", True, float(solved), solved, {})

    def outcome_facts(self, task):
        return {}

    def reveal(self, task):
        return f"It was {task.answer}."

    def demonstrate(self, task):
        yield "middle"


@frozen(kw_only=True)
class Mute(Doors):
    """A game that shows no worked turns."""

    def demonstrate(self, task):
        return CoreEnv.demonstrate(self, task)


@frozen(kw_only=True)
class SameDoor(Latent[str]):
    family: ClassVar[str] = "same_door"
    z_type: ClassVar[Any] = str
    choices: int = 2

    def draw(self, core_envs, rng):
        return rng.choice(["left", "right"])

    def task(self, z, context, rng):
        return Door(answer=z)

    def describe(self, z):
        return f"The open door is always {z}."


@click.command()
@click.argument("how")
def fail(how):
    """Fail in some way."""
    raise {
        "known": EnvError("No luck."),
        "interrupt": KeyboardInterrupt(),
        "file": OSError(errno.EISDIR, "Is a directory", "/no/place"),
        "program": OSError("no file is named"),
    }[how]


class Plugin:
    @hookimpl
    def latentgym_register_core_envs(self):
        fixed = {"patience": 3}
        for name, game in (("doors", Doors), ("mute", Mute)):
            yield CoreEnvSpec(
                name=name, factory=game, params=fixed, default_latent="same", summary="Choose."
            )

    @hookimpl
    def latentgym_register_latents(self):
        games = ("doors", "mute")
        yield LatentSpec(
            name="same", core_envs=games, factory=SameDoor, summary="Always one.", tier="easy"
        )
        yield LatentSpec(name="gone", core_envs=games, factory=SameDoor, refusal="use same.")

    @hookimpl
    def latentgym_register_agents(self):
        yield AgentSpec(name="scripted/left", core_envs=("doors",), factory=dict)

    @hookimpl
    def latentgym_register_commands(self):
        yield CommandSpec(name="fail", factory=fail, summary="Fail.")
        yield CommandSpec(name="hollow", factory=dict, summary="No command at all.")


REGISTRY = Registry.from_plugins([core_plugin, Plugin()])


def invoke(*arguments):
    return CliRunner().invoke(cli, arguments, obj=REGISTRY)


def data_of(*arguments):
    result = invoke(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def rows_of(text):
    header, *rows = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(header, row, strict=True)) for row in rows]


# ---- list


def test_the_overview_lists_every_kind():
    result = invoke("list")
    kinds = {row["kind"] for row in rows_of(result.stdout)}
    assert kinds == {"core env", "latent", "prompt", "feedback", "agent"}
    data = data_of("list")
    assert list(data) == ["core_envs", "latents", "prompts", "feedbacks", "agents", "suites"]
    assert sum(map(len, data.values())) == len(rows_of(result.stdout))


def test_the_json_keys_of_a_latent_are_stable():
    row = next(row for row in data_of("list", "latents") if row["name"] == "same")
    assert row == {
        "name": "same",
        "summary": "Always one.",
        "version": 1,
        "source": "",
        "core_envs": ["doors", "mute"],
        "params": {},
        "tier": "easy",
        "structure": "iid",
        "preset": True,
        "refusal": "",
        "distribution": "plugin",
        "distribution_version": "0",
        "entry_point": "plugin1",
        "conflict": False,
    }


def test_a_listing_is_restricted_to_a_core_env():
    rows = rows_of(invoke("list", "agents", "--env", "mute").stdout)
    names = [row["name"] for row in rows]
    assert "scripted/left" not in names
    assert "openai" in names
    assert [row["name"] for row in data_of("list", "core-envs", "--env", "mute")] == ["mute"]


def test_tier_and_structure_list_latents():
    rows = data_of("list", "--tier", "easy", "--structure", "iid")
    assert [row["name"] for row in rows] == ["same"]
    assert invoke("list", "agents", "--tier", "easy").exit_code == 2


def test_a_refused_latent_says_so():
    rows = rows_of(invoke("list", "latents").stdout)
    assert next(row for row in rows if row["name"] == "gone")["summary"] == "(cannot be built)"


# ---- show


def test_show_tells_the_rule_parameters_of_a_core_env():
    params = {row.pop("name"): row for row in data_of("show", "doors")["params"]}
    assert params == {
        "patience": {
            "type": "int",
            "default": 3,
            "meaning": "Tries before the door is locked for good.",
        },
        "prize": {"type": "float", "default": 1.0, "meaning": "Reward of the open door."},
        "colour": {"type": "str | None", "default": None, "meaning": "Paint."},
        "signs": {"type": "tuple[str, ...]", "default": [], "meaning": ""},
        "lock": {"type": "str", "default": "steel", "meaning": ""},
        "open": {"type": "bool", "default": False, "meaning": ""},
    }


def test_show_lists_latents_and_players_of_a_core_env():
    data = data_of("show", "doors")
    assert [row["name"] for row in data["latents"]][-2:] == ["same", "gone"]
    assert [row["name"] for row in data["players"]] == ["scripted/left"]
    text = invoke("show", "doors").stdout
    for part in ("doors: Choose.", "patience\tint\t3\t", "prize\tfloat\t1.0\t", "scripted/left"):
        assert part in text


def test_show_tells_of_an_environment_what_an_agent_is_told():
    result = invoke("show", "doors/same", "--seed", "3")
    assert result.stdout.startswith("doors/same/no_info/standard/ep10\n")
    assert "[user]\nTask 1 of 10\nWhich door?" in result.stdout
    assert "not solved, score 0.000." in result.stdout
    assert "left" not in result.stdout
    assert "right" not in result.stdout


def test_show_reveals_the_ground_truth_on_demand_alone():
    hidden = data_of("show", "doors/same/no_info/standard/ep2")
    assert "truth" not in hidden
    shown = data_of("show", "doors/same/no_info/standard/ep2", "--reveal")
    z = shown["truth"].pop("z")
    assert shown["truth"] == {
        "z_text": f"The open door is always {z}.",
        "tasks": [{"answer": z}] * 2,
        "task_texts": [f"It was {z}."] * 2,
    }
    assert shown["latent"]["hyperparameters"] == {"choices": 2}
    text = invoke("show", "doors/same/no_info/standard/ep2", "--reveal").stdout
    assert f"task 2: It was {z}." in text


def test_the_sequence_shown_is_that_of_the_seed():
    def truths():
        return [data_of("show", "doors/same", "--seed", str(n), "--reveal") for n in range(8)]

    told = [shown["truth"]["z"] for shown in truths()]
    assert set(told) == {"left", "right"}
    assert told == [shown["truth"]["z"] for shown in truths()]


def test_a_game_without_worked_turns_has_no_feedback_example():
    assert data_of("show", "mute/same")["feedback_example"] == ""


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("dors", "There is no core env named 'dors'; did you mean doors?"),
        ("doors/sam", "There is no latent for doors named 'sam'; did you mean same?"),
        ("doors/gone", "The latent 'gone' cannot be built: use same."),
        ("doors/SAME", "There is no latent for doors named 'SAME'; did you mean same?"),
        ("doors/same/no_inf", "There is no prompt for doors named 'no_inf'; did you mean no_info"),
        ("doors/same/no_info/standrd", "There is no feedback for doors named 'standrd'; did you"),
        ("doors/same/no_info/standard/e3", "'e3' in 'doors/same/no_info/standard/e3' is no hor"),
        ("doors/ep3", "The parts of the id are out of place; did you mean doors/same/no_info/stan"),
        ("doors/full_info", "The parts of the id are out of place; did you mean doors/same/full_i"),
        ("doors/information/same/ep2", "The parts of the id are out of place; did you mean doors/"),
        ("doors/ep3/ep4", "There is no latent for doors named 'ep3'."),
        ("same", "There is no core env named 'same'; it is a latent, as in doors/same."),
        ("no_info", "There is no core env named 'no_info'; it is a prompt, as in CORE_ENV/LATENT/"),
        ("scripted/left", "There is no core env named 'scripted'; it is an agent, as in --agent s"),
        (
            "doors?env.patiense=2",
            "doors has no parameter 'patiense'; it has patience, prize, col",
        ),
        (
            "doors?env.lock=stel",
            "doors: lock is 'stel'; allowed are steel, brass; did you mean st",
        ),
        ("doors?env.lock=3", "doors: lock is 3; allowed are steel, brass."),
        ("doors?env.open=yes", "doors: open is 'yes'; it must be true or false."),
        ("doors?sequence.packng=chat", "There is no sequence.packng; there is sequence.packing, "),
        ("doors?sequence.packing=chatt", "sequence.packing is 'chatt'; allowed are chat, upstrea"),
        ("doors/alternating", "alternating needs a value for 'of'. Two latents take turns"),
        ("doors?env.size=2", "doors has no parameter 'size'"),
        ("do ors", "'do ors' in 'do ors' is not a name"),
    ],
)
def test_what_cannot_be_shown_is_one_line(asked, sentence):
    result = invoke("show", asked)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {sentence}")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


# ---- plugins


def test_plugins_are_listed_with_counts():
    mine = rows_of(invoke("plugins").stdout)[-1]
    assert mine["contributed"] == "2 core envs, 2 latents, 1 agent, 2 commands"
    assert (mine["status"], mine["hooks"], mine["error"]) == ("ok", "4", "")


# ---- what all subcommands share


def test_the_root_help_lists_commands_without_importing_them():
    before = set(sys.modules)
    result = invoke("--help")
    assert "fail     Fail." in result.stdout
    assert not {name for name in set(sys.modules) - before if ".cli.commands." in name}


def test_a_known_error_is_a_line_or_with_debug_a_traceback():
    result = invoke("fail", "known")
    assert (result.exit_code, result.stderr) == (1, "error: No luck.\n")
    assert isinstance(invoke("--debug", "fail", "known").exception, EnvError)
    debugged = CliRunner().invoke(
        cli, ["fail", "known"], obj=REGISTRY, env={"LATENTGYM_DEBUG": "1"}
    )
    assert isinstance(debugged.exception, EnvError)


def test_an_interrupt_exits_as_shells_expect():
    result = invoke("fail", "interrupt")
    assert (result.exit_code, result.stderr) == (130, "interrupted\n")


def test_a_usage_error_is_2_and_names_the_nearest_command():
    result = invoke("fial")
    assert result.exit_code == 2
    assert "did you mean fail?" in result.stderr
    assert invoke("fail").exit_code == 2


def test_an_id_in_the_place_of_a_command_is_told_where_it_belongs():
    told = invoke("doors/same").stderr
    assert "it names a core env, as in `latentgym show doors/same`." in told


def test_a_file_that_cannot_be_written_is_one_line():
    result = invoke("fail", "file")
    assert result.exit_code == 1
    assert result.stderr == "error: /no/place cannot be read or written (Is a directory).\n"
    assert isinstance(invoke("--debug", "fail", "file").exception, OSError)
    assert isinstance(invoke("fail", "program").exception, OSError)  # nothing outside is to blame


def test_a_factory_that_makes_no_command_is_told():
    assert "is no click command" in invoke("hollow").stderr


def test_the_version_names_every_distribution():
    lines = invoke("--version").stdout.splitlines()
    assert any(line.startswith("latentgym-core 0.") for line in lines)
    assert all(line.startswith("latentgym-") for line in lines)


def test_a_closed_pipe_ends_quietly():
    process = subprocess.Popen(
        [sys.executable, "-c", "from latentgym_core.cli import main; main(['list', '--json'])"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    process.wait()


# ---- completion


def completed(incomplete):
    context = click.Context(cli, obj=REGISTRY)
    items = EnvIdType().shell_complete(context, click.Argument(["id"]), incomplete)
    return [item.value for item in items]


def test_ids_are_completed_part_by_part():
    assert completed("") == ["doors", "mute"]
    assert completed("d") == ["doors"]
    assert completed("doors+") == ["doors+mute"]
    assert completed("doors+mute/s") == ["doors+mute/same"]
    assert "doors/gone" not in completed("doors/")
    assert completed("doors/same/no") == ["doors/same/no_info"]
    assert completed("doors/same/no_info/") == [
        "doors/same/no_info/standard",
        "doors/same/no_info/information",
    ]
    assert completed("doors/same/no_info/standard/e") == ["doors/same/no_info/standard/ep10"]
    assert completed("nothing/same/no_info/standard/") == []


def completions(*words):
    """What the shell offers for the last of some words after `latentgym`."""
    *arguments, incomplete = words
    shell = ShellComplete(cli, {"obj": REGISTRY}, "latentgym", "_LATENTGYM_COMPLETE")
    return [item.value for item in shell.get_completions(arguments, incomplete)]


def test_agents_are_completed_that_can_play_the_ids_given():
    everybody = completions("eval", "--agent", "")
    assert {"openai", "human", "scripted/left"} <= set(everybody)
    assert len(everybody) == len(set(everybody))
    assert completions("eval", "doors", "--agent", "scr") == ["scripted/left"]
    assert completions("eval", "mute", "--agent", "scr") == []
    assert completions("handoff", "doors", "--explorer", "scr") == ["scripted/left"]
    assert completions("handoff", "doors", "--a", "scr") == ["scripted/left"]
    assert completions("eval", "nothing/x", "--agent", "scr") == ["scripted/left"]


def test_what_may_follow_an_agent_is_completed_too():
    assert completions("eval", "--agent", "human?ex") == ["human?examples="]
    offered = completions("eval", "--agent", "human?examples=2&scaffold=l")
    assert offered == ["human?examples=2&scaffold=last_k"]


def test_scaffolds_splits_reward_types_and_conditions_are_completed():
    assert completions("eval", "--scaffold", "last") == ["last_k"]
    assert set(completions("eval", "--scaffold", "")) == set(SCAFFOLDS)
    for command in ("eval", "handoff", "data", "play"):
        assert completions(command, "--split", "t") == ["train", "test"]
    assert completions("eval", "--reward-type", "") == list(REWARD_TYPES)
    assert completions("play", "doors", "--prompt", "no") == ["no_info"]
    assert completions("play", "doors", "--feedback", "") == ["standard", "information"]
    assert completions("list", "lat") == ["latents"]
    assert completions("list", "--env", "mu") == ["mute"]


def test_a_core_env_in_the_place_of_a_kind_is_told_where_it_belongs():
    for kind, names in (("doors", "doors"), ("doors+mute", "doors+mute"), ("doors/same", "doors")):
        result = invoke("list", kind)
        assert result.exit_code == 2
        assert f"`latentgym list --env {names}`" in result.stderr
    assert "did you mean latents?" in invoke("list", "latent").stderr
    assert "there is core-envs, latents," in invoke("list", "nonsense").stderr


def test_an_id_argument_becomes_a_full_id():
    context = click.Context(cli, obj=REGISTRY)
    env_id = EnvIdType().convert("doors", None, context)
    assert str(env_id) == "doors/same/no_info/standard/ep10"
    with pytest.raises(SpecError):
        EnvIdType().convert("doors/same/no_info/standard/10", None, context)


# ---- tables


def test_a_pipe_gets_one_line_for_each_row(capsys):
    print_table(["a", "b", "c"], [["x\ty\n", None, 0.12345], [True, ("p", "q"), 7]], title="T")
    assert capsys.readouterr().out == "# T\na\tb\tc\nx y\t\t0.123\nyes\tp, q\t7\n"


def test_json_rows_keep_their_values(capsys):
    print_table(["a", "b"], [[1.23456, None]], json=True)
    assert json.loads(capsys.readouterr().out) == [{"a": 1.23456, "b": None}]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("width", [30, 80])
def test_a_terminal_gets_a_table_that_loses_nothing(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal())
    text = "Write [500] or [bold]any[/bold] number of the range that is shown to you."
    table = [["name", "text", "count"], ["a_long_name", text, 5], ["b", "", 12345]]
    print_table(table[0], table[1:])
    drawn = re.sub(r"\x1b\[[0-9;]*m", "", sys.stdout.getvalue())
    assert all(len(line) <= width for line in drawn.splitlines())
    written = "".join(str(cell) for row in table for cell in row)
    assert sorted("".join(drawn.split())) == sorted("".join(written.split()))
    if width == 80:
        assert "a_long_name" in drawn
        assert "     5\n" in drawn  # numbers are right-aligned
