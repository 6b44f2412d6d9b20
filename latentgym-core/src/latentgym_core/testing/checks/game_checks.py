"""Checks of a core env: pure, robust, JSON-able, honest about rewards."""

import copy
import itertools
import json
import math
import random
from typing import Any

from latentgym_core.agents.examples import worked_turns
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.records.serial import from_data, to_data
from latentgym_core.testing.hostile import hostile_replies
from latentgym_core.testing.result import Verdict, brief, explain, failed, ok, skipped
from latentgym_core.testing.sameness import json_fault, same
from latentgym_core.testing.subject import (
    NO_REPLY,
    Game,
    Sample,
    Turn,
    demonstration,
    script,
    walk,
)
from latentgym_core.wording import counted

FEW = 20
HOSTILE = 1000
PATIENCE = 2000


def registered_texts(subject: Any) -> Verdict:
    """The registration says what it is and where it comes from; an open family need not."""
    wanted = ("summary", "source") if getattr(subject.spec, "preset", True) else ("summary",)
    missing = [part for part in wanted if not getattr(subject.spec, part).strip()]
    if missing:
        return failed(f"the spec has no {' and no '.join(missing)}; give it in one line of text")
    return ok(f"{' and '.join(wanted)} given")


def purity(game: Game) -> Verdict:
    """Step is a function: same state and reply, same answer, and the state stays as it was."""
    turns = 0
    for sample in game.few(FEW):
        begun, again = (game.core_env.start(sample.task, sample.key) for _ in range(2))
        if not same(begun, again):
            return failed(f"start gave two different positions for one task ({sample.where})")
        for turn in walk(game.core_env, sample, script(game.core_env, sample.task)):
            turns += 1
            if fault := _impurity(game, turn):
                return failed(f"{fault} ({_at(sample, turn)})")
    twice = f"{counted(turns, 'turn')} stepped twice"
    return ok(f"{twice} gave equal results and left their states alone")


def _impurity(game: Game, turn: Turn) -> str | None:
    kept = copy.deepcopy(turn.before)
    state, result = game.core_env.step(turn.before, turn.reply)
    if not same(result, turn.result):
        left, right = turn.result.observation, result.observation
        return f"two steps from one state differ: {brief(left)}, then {brief(right)}"
    if not same(state, turn.after):
        return "two steps from one state lead to different states"
    if not same(kept, turn.before):
        return "step changed the state it was given; return a new one instead"
    return None


def task_round_trip(game: Game) -> Verdict:
    """Tasks survive JSON."""
    for sample in game.samples:
        written = json.dumps(to_data(sample.task), allow_nan=False)
        if from_data(game.core_env.task_type, json.loads(written)) != sample.task:
            return failed(f"a task reads back different from {brief(written)} ({sample.where})")
    return ok(f"{counted(len(game.samples), 'task')} read back equal")


def json_facts(game: Game) -> Verdict:
    """Visible, turn and outcome facts are JSON objects."""
    for sample in game.few(FEW):
        if fault := json_fault(game.core_env.visible(sample.task)):
            return failed(f"visible {fault} ({sample.where})")
        for turn in walk(game.core_env, sample, script(game.core_env, sample.task)):
            if fault := json_fault(turn.result.facts):
                return failed(f"turn {fault} ({_at(sample, turn)})")
            if turn.result.done and (fault := json_fault(game.core_env.outcome_facts(turn.after))):
                return failed(f"outcome {fault} ({_at(sample, turn)})")
    return ok("visible, turn and outcome facts are JSON objects")


def step_results(game: Game) -> Verdict:
    """Results have the declared types, and only a finished task is solved."""
    for sample in game.few(FEW):
        for turn in walk(game.core_env, sample, script(game.core_env, sample.task)):
            if fault := _result_fault(turn.result):
                return failed(f"{fault} ({_at(sample, turn)})")
    return ok("observations are text, `solved` comes only with `done`")


def _result_fault(result: Any) -> str | None:
    if not isinstance(result, StepResult):
        return f"step returned a {type(result).__name__}, not a StepResult"
    for name, kind in (("observation", str), ("done", bool), ("solved", bool)):
        if type(value := getattr(result, name)) is not kind:
            return f"{name} is {brief(value)}, a {type(value).__name__}, not a {kind.__name__}"
    if result.solved and not result.done:
        return "the task is solved but not done"
    return None


def rewards(game: Game) -> Verdict:
    """Rewards are finite, at most 1, and 0 before the task is over."""
    for sample in game.few(FEW):
        for turn in walk(game.core_env, sample, script(game.core_env, sample.task)):
            if fault := _reward_fault(turn.result):
                return failed(f"{fault} ({_at(sample, turn)})")
    return ok("finite, at most 1, and 0 before the task is over")


def _reward_fault(result: StepResult) -> str | None:
    reward = result.reward
    if type(reward) not in {float, int}:
        return f"the reward is {brief(reward)}, a {type(reward).__name__}, not a float"
    if not math.isfinite(reward) or reward > 1:
        return f"the reward is {reward}; it has to be finite and at most 1"
    if reward and not result.done:
        return f"the reward is {reward} before the task is over; it has to be 0 until then"
    return None


def hostile_replies_are_answered(game: Game) -> Verdict:
    """No reply raises, in whatever state it comes."""
    well_formed = [r for each in game.few(5) for r in demonstration(game.core_env, each.task)]
    samples = itertools.cycle(game.few(FEW))
    broken: list[tuple[str, str]] = []
    state: Any = None
    for reply in hostile_replies(well_formed, HOSTILE):
        if state is None:
            state = _some_turns_in(game, next(samples))
        try:
            after, result = game.core_env.step(state, reply)
        except (Exception, SystemExit) as error:
            broken.append((reply, f"step raised {explain(error)}"))
            continue
        if fault := _result_fault(result) or _reward_fault(result) or json_fault(result.facts):
            broken.append((reply, fault))
        state = None if result.done else after
    if broken:
        reply, fault = min(broken, key=lambda pair: len(pair[0]))
        return failed(
            f"{fault} (reply {brief(reply)}, the shortest of {len(broken)}); "
            f"an illegal reply has to be an observation"
        )
    return ok(f"{HOSTILE} hostile replies were answered")


def _some_turns_in(game: Game, sample: Sample) -> Any:
    """A state in the middle of a task: its first turn or, if that ends it, its start."""
    state, _ = game.core_env.start(sample.task, sample.key)
    for turn in walk(game.core_env, sample, demonstration(game.core_env, sample.task)[:1]):
        state = state if turn.result.done else turn.after
    return state


def every_task_ends(game: Game) -> Verdict:
    """A player who repeats one reply comes to an end."""
    if game.core_env.unbounded:
        return skipped("the class says `unbounded = True`; play it with a turn budget")
    for sample in game.few(5):
        for reply in ("", NO_REPLY, *demonstration(game.core_env, sample.task)[:1]):
            turns = walk(game.core_env, sample, [reply] * PATIENCE)
            if not any(turn.result.done for turn in turns):
                return failed(
                    f"a task is not over after {PATIENCE} times {brief(reply)} ({sample.where}); "
                    f"limit its turns, or set `unbounded = True` on the class"
                )
    return ok("repeating one reply ends the task")


def worked_examples(game: Game) -> Verdict:
    """`?examples=K` works: the game draws tasks and demonstrates replies."""
    kind = type(game.core_env)
    if kind.sample_task is CoreEnv.sample_task or kind.demonstrate is CoreEnv.demonstrate:
        return skipped("sample_task or demonstrate is not defined, so `?examples=K` is refused")
    visible = game.core_env.visible(game.core_env.sample_task(random.Random(0)))
    for seed in range(5):
        messages = worked_turns(game.core_env, visible, seed, 3)
        replies = [each["content"] for each in messages if each["role"] == "assistant"]
        if not all(isinstance(reply, str) and reply.strip() for reply in replies):
            return failed(f"a demonstrated reply is empty (seed {seed})")
    if game.core_env.sample_task(random.Random(0)) != game.core_env.sample_task(random.Random(0)):
        return failed("sample_task draws two tasks from one stream; draw from its rng alone")
    return ok("three worked turns for each of five seeds")


def _at(sample: Sample, turn: Turn) -> str:
    return f"{sample.where}, turn {turn.index + 1}, reply {brief(turn.reply)}"


GAME_CHECKS = (
    registered_texts,
    purity,
    step_results,
    rewards,
    json_facts,
    task_round_trip,
    hostile_replies_are_answered,
    every_task_ends,
    worked_examples,
)
