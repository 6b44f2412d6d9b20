"""What is done for each program that a page calls: the same as it would do, in small."""

import ast
import re
from collections.abc import Callable, Sequence

from attrs import evolve

from handbook.pages import ROOT
from handbook.pip_lines import pip
from handbook.shell import Command
from handbook.world import World

TINY = "number_guessing/set_of_2/no_info/information/ep2?latent.high=8&env.max_turns=2"
SMALL_TRAINING = {
    "data.train": f'[{{env = "{TINY}"}}]',
    "data.holdout": "{modulus = 0}",
    "data.ood_latents": "[]",
    "data.ood_envs": "[]",
    "data.pool": "16",
    "data.num_evaluation": "2",
    "data.num_validation": "2",
    "policy.source": '"tiny"',
    "policy.lora_rank": "0",
    "policy.max_new_tokens": "4",
    "sft.phases": '[{steps = 2, players = {"scripted/blind" = 1.0}}]',
    "sft.sequences": "8",
    "rl.iterations": "1",
    "rl.sequences": "16",
    "rl.minibatch": "8",
    "run.mixed_precision": '"no"',
    "run.tracker": '"none"',
    "run.threads": "1",
}
"""Seconds instead of hours: a policy that is made here learns a little of a small game."""
SMALLER = {
    "check": ("--seeds", "2"),
    "data": ("-n", "2"),
    "eval": ("-n", "2"),
    "handoff": ("-n", "2", "--k", "1"),
    "report": ("--format", "svg"),
}
"""Options added to a subcommand; the last value of an option counts."""


def carry_out(world: World, command: Command) -> None:
    """Do what a line of a page says.

    Raises:
        AssertionError: It does not work as the page has it.
    """
    rule = RULES.get(command.program)
    assert rule is not None, f"no rule for {command.program!r}: {command.line}"
    _check_place(world, command)
    rule(world, command)


def _check_place(world: World, command: Command) -> None:
    """A program named with its folder lies in an environment that the page has made."""
    place = command.words[0].rpartition("/")[0]
    assert place in ("", *(f"{each}/bin" for each in world.venvs)), f"no {place}: {command.line}"


def _latentgym(world: World, command: Command) -> None:
    name, *words = [each for word in command.words[1:] for each in _found(world, word)]
    inside = evolve(world, variables={**world.variables, **command.variables})
    until = (
        "http://127.0.0.1" if name == "view" and not {"--export", "--terminal"} & set(words) else ""
    )
    if until:
        words += ["--no-browser", "--port", "0"]
    inside.latentgym(name, *words, *_smaller(name, words), until=until)


def _found(world: World, word: str) -> Sequence[str]:
    """The files of a pattern, or the word."""
    found = sorted(world.folder.glob(word)) if "*" in word else []
    return [str(each.relative_to(world.folder)) for each in found] or [word]


def _smaller(name: str, words: Sequence[str]) -> Sequence[str]:
    if name == "train":
        return _smaller_training(words)
    if "--inference" in words:
        return ("--jobs", "1")
    if "--suite" in words and "smollm2" in words[words.index("--suite") + 1]:
        return ("--dry-run",)  # 135 million weights: test_agents_local_smollm2.py plays them
    if "--resume" in words:
        return ()
    hasty = any(word.startswith("local/runs/") for word in words)  # it has learned next to nothing
    return (*SMALLER.get(name, ()), *(("--max-turns", "10") if hasty else ()))


def _smaller_training(words: Sequence[str]) -> Sequence[str]:
    if {"--resume", "--recipes", "--dry-run"} & set(words):
        return ()
    small = [each for key, value in SMALL_TRAINING.items() for each in ("--set", f"{key}={value}")]
    if "--compare" in words:  # many runs: all that is looked at before the first begins
        small += ["--set", "compare.also=[]", "--dry-run"]
    return small


def _python(world: World, command: Command) -> None:
    """A venv is noted, a module is run on two sequences, a script says what it can do."""
    if command.words[1:3] == ("-m", "venv"):
        world.venvs.add(command.words[3])
    elif command.words[1] == "-m":
        world.python(*command.words[1:], "--num-sequences", "2")
    else:
        world.path(command.words[1])
        world.python(command.words[1], "--help")


def _nox(_: World, command: Command) -> None:
    """Its sessions exist."""
    words = command.words[: command.words.index("--")] if "--" in command.words else command.words
    chosen = words[words.index("-s") + 1 :] if "-s" in words else ()
    tree = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    known = {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}
    assert set(chosen) <= known, f"no session of the noxfile: {command.line}"


def _source(world: World, command: Command) -> None:
    venv = re.fullmatch(r"(\S+)/bin/activate", command.words[1])
    assert venv is not None, f"no script of a venv: {command.line}"
    assert venv[1] in world.venvs, f"no venv was made: {command.line}"


def _export(world: World, command: Command) -> None:
    key, _, value = command.words[1].partition("=")
    world.variables[key] = value


RULES: dict[str, Callable[[World, Command], None]] = {
    "latentgym": _latentgym,
    "pip": pip,
    "python": _python,
    "python3": _python,
    "nox": _nox,
    "source": _source,
    "export": _export,
}
