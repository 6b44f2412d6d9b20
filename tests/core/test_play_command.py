"""`latentgym play`: a person at the terminal."""

import signal
import subprocess
import sys
from typing import Any, ClassVar

import pytest
from attrs import frozen
from click.testing import CliRunner

from latentgym_core import plugin as core_plugin
from latentgym_core.cli.commands.play import command
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.errors import SpecError, UnknownNameError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec, LatentSpec


@frozen(kw_only=True)
class Card:
    suit: str


@frozen(kw_only=True)
class Cards(CoreEnv[Card, tuple[Card, int]]):
    """Name the suit in two tries."""

    task_type: ClassVar[type] = Card

    def rules(self, task):
        return "Name the suit."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return (task, 0), "Which suit?"

    def step(self, state, reply):
        task, tries = state[0], state[1] + 1
        solved = reply == task.suit
        text = "That is it." if solved else "No."
        return (task, tries), StepResult(text, solved or tries == 2, float(solved), solved, {})

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return task.suit


@frozen(kw_only=True)
class Trumps(Latent[str]):
    family: ClassVar[str] = "trumps"
    z_type: ClassVar[Any] = str

    def draw(self, core_envs, rng):
        return rng.choice(["hearts", "spades"])

    def task(self, z, context, rng):
        return Card(suit=z)

    def describe(self, z):
        return f"Every card is one of {z}."


class Plugin:
    @hookimpl
    def latentgym_register_core_envs(self):
        yield CoreEnvSpec(name="cards", factory=Cards, default_latent="trumps", default_num_tasks=2)

    @hookimpl
    def latentgym_register_latents(self):
        yield LatentSpec(name="trumps", core_envs=("cards",), factory=Trumps)


REGISTRY = Registry.from_plugins([core_plugin, Plugin()])


def sit_down(lines, *options):
    typed = "".join(f"{line}\n" for line in lines)
    return CliRunner().invoke(command, ["cards", *options], input=typed, obj=REGISTRY)


def test_a_whole_game_shows_what_was_earned_and_what_was_hidden(tmp_path):
    result = sit_down(["clubs", "hearts", "clubs", "clubs"], "--seed", "0", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    (trajectory,) = read_trajectories(tmp_path)
    assert trajectory.error is None
    assert trajectory.agent == "human"
    assert trajectory.turns[0].reply == "clubs"
    assert "Name the suit." in result.stderr
    last = trajectory.turns[-1].event.text
    assert last in result.stderr
    assert result.stderr.rstrip().endswith(trajectory.z_text)
    header, *rows = (line.split("\t") for line in result.stdout.splitlines() if "\t" in line)
    assert header == ["task", "core_env", "reward", "ending", "turns"]
    assert [float(row[2]) for row in rows] == list(trajectory.rewards)
    assert [int(row[4]) for row in rows] == [outcome.turns for outcome in trajectory.outcomes]


def test_an_interrupt_keeps_what_was_played(tmp_path):
    process = play_in_a_process(tmp_path)
    process.stdin.write("clubs\n")
    process.stdin.flush()
    shown = read_until(process.stderr, "No.")
    read_until(process.stderr, "> ")  # it waits for the second reply
    process.send_signal(signal.SIGINT)
    table, told = process.communicate(timeout=60)
    assert process.returncode == 130, shown + told
    (trajectory,) = read_trajectories(tmp_path)
    assert [turn.reply for turn in trajectory.turns] == ["clubs"]
    assert trajectory.error.message == "The player left."
    assert "left open" in table
    assert f"Saved to {tmp_path / 'trajectories.jsonl'}." in told
    assert trajectory.z_text in told
    assert "Traceback" not in told


def play_in_a_process(out):
    code = f"""
import importlib.util, sys
from latentgym_core.cli.commands.play import command
spec = importlib.util.spec_from_file_location("cards", {__file__!r})
cards = importlib.util.module_from_spec(spec)
sys.modules["cards"] = cards
spec.loader.exec_module(cards)
command.main(["cards", "--out", {str(out)!r}], obj=cards.REGISTRY)
"""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen([sys.executable, "-c", code], text=True, **pipes)


def read_until(stream, ending):
    read = ""
    while not read.endswith(ending):
        character = stream.read(1)
        assert character, f"the process ended before {ending!r}: {read}"
        read += character
    return read


def test_a_play_without_a_reply_is_not_saved(tmp_path):
    result = sit_down([], "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "Nothing was played, so nothing is saved." in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_before_the_play(tmp_path):
    (tmp_path / "file").write_text("")
    result = sit_down(["clubs"], "--out", str(tmp_path / "file" / "folder"))
    assert isinstance(result.exception, NotADirectoryError)  # one sentence at the root
    assert "Name the suit." not in result.stderr


def test_leaving_early_is_no_failure_and_loses_nothing(tmp_path):
    result = sit_down(["clubs"], "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    (trajectory,) = read_trajectories(tmp_path)
    assert [turn.reply for turn in trajectory.turns] == ["clubs"]
    assert trajectory.outcomes[-1].truncated
    assert "left open" in result.stdout
    assert trajectory.z_text in result.stderr


def test_plays_are_added_to_a_folder_but_never_to_a_run(tmp_path):
    for seed in ("1", "2"):
        sit_down(["clubs"] * 4, "--seed", seed, "--out", str(tmp_path / "plays"))
    assert [each.seed for each in read_trajectories(tmp_path / "plays")] == [1, 2]
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.toml").touch()
    result = sit_down([], "--out", str(tmp_path / "run"))
    assert isinstance(result.exception, SpecError)


def test_conditions_can_be_chosen_apart_from_the_id():
    result = sit_down([], "--prompt", "oracle_info", "--seed", "3")
    assert "Important, and true for every task: Every card is one of" in result.stderr
    assert isinstance(sit_down([], "--feedback", "praise").exception, UnknownNameError)


@pytest.mark.parametrize("prompt", ["no_info", "some_info", "full_info"])
def test_the_latent_is_not_shown_before_the_end(prompt):
    said = sit_down([], "--prompt", prompt).stderr
    before, _, after = said.partition("The player left.")
    assert "Every card" not in before
    assert "Every card" in after
