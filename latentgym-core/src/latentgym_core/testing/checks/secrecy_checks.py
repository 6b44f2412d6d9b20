"""Checks that the ground truth stays hidden until the feedback shows it."""

import itertools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from attrs import evolve

from latentgym_core.contract.core_env import StepResult
from latentgym_core.records.serial import to_data
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.testing.checks.inference_checks import another_z
from latentgym_core.testing.result import Verdict, brief, difference, failed, ok, skipped
from latentgym_core.testing.sameness import canonical, leaves
from latentgym_core.testing.subject import Drawn, Game, Sample, script, spread, walk
from latentgym_core.wording import counted

PAIRS = 100
SHORTEST_SECRET = 3
COINCIDENCES = 2
T = TypeVar("T")


def opening_tells_no_more_than_visible(game: Game) -> Verdict:
    """Tasks with equal visible facts open with equal words."""
    pairs = _lookalikes(game)
    for left, right in pairs:
        one, other = opening_of(game, left), opening_of(game, right)
        if one != other:
            return failed(
                f"the rules or first observations of two tasks with equal visible facts differ, so "
                f"they tell more ({left.where}; {right.where}): {difference(one, other)}"
            )
    return _pairs_looked_at(pairs)


def facts_tell_no_more_than_observations(game: Game) -> Verdict:
    """As long as two tasks answer alike, the facts of their turns are alike."""
    pairs = _lookalikes(game)
    for left, right in pairs:
        replies = script(game.core_env, left.task)
        for one, other in zip(
            walk(game.core_env, left, replies), walk(game.core_env, right, replies), strict=False
        ):
            if _answer(one.result) != _answer(other.result):
                break
            if canonical(one.result.facts) != canonical(other.result.facts):
                return failed(
                    f"equal observations come with different facts, so the facts tell more "
                    f"({left.where}; {right.where}; turn {one.index + 1}, reply "
                    f"{brief(one.reply)}): "
                    f"{difference(canonical(one.result.facts), canonical(other.result.facts))}"
                )
    return _pairs_looked_at(pairs)


def opening_names_no_secret(game: Game) -> Verdict:
    """Hidden values of a task do not show up in its opening more often than others' do."""
    found: dict[str, list[tuple[Sample, str]]] = defaultdict(list)
    chance: dict[str, int] = defaultdict(int)
    neighbours = [*game.samples[1:], *game.samples[:1]]
    for sample, neighbour in zip(game.samples, neighbours, strict=True):
        opening = opening_of(game, sample).lower()
        own, others = _secrets(game, sample), _secrets(game, neighbour)
        for place, value in own - others:
            if value in opening:
                found[place].append((sample, value))
        for place, value in others - own:
            chance[place] += value in opening
    for place, hits in found.items():
        if len(hits) > chance[place] + COINCIDENCES:
            sample, value = hits[0]
            return failed(
                f"the hidden {place} {brief(value)} stands in the opening ({sample.where}, and "
                f"{len(hits) - 1} more)"
            )
    return ok(f"no hidden value stands in the openings of {counted(len(game.samples), 'task')}")


def visible_facts_are_told(game: Game) -> Verdict:
    """What `visible` gives to scripted players, the opening tells to everybody else."""
    values: dict[str, set[str]] = defaultdict(set)
    untold: dict[str, list[tuple[Sample, str]]] = defaultdict(list)
    for sample in game.samples:
        opening = opening_of(game, sample).lower()
        for place, value in leaves(game.core_env.visible(sample.task)):
            values[place].add(text := str(value).lower())
            if text not in opening:
                untold[place].append((sample, text))
    for place, misses in untold.items():
        if len(values[place]) > 1 and 2 * len(misses) > len(game.samples):
            sample, text = misses[0]
            return failed(
                f"the visible facts hold {place} = {brief(text)}, which the rules and the first "
                f"observation do not tell ({sample.where}, and {len(misses) - 1} more)"
            )
    return ok(f"the openings tell {', '.join(values) or 'all there is'}")


def opening_does_not_depend_on_z(drawn: Drawn) -> Verdict:
    """Under no_info, sequences whose first tasks look alike open with equal messages."""
    game = next(iter(drawn.environment.core_envs.values()))
    pairs = _pairs((canonical(game.visible(each.tasks[0])), each) for each in drawn.sequences)
    if not pairs:  # no two drawn tasks look alike, but the latent may make such
        twins = ((each, other) for each in drawn.sequences for other in another_z(drawn, each))
        pairs = tuple(itertools.islice(twins, PAIRS))
    env = SequenceEnv(drawn.environment)
    for left, right in pairs:
        openings = [env.load(left), env.load(evolve(right, task_keys=left.task_keys))]
        if openings[0] != openings[1]:
            texts = ["\n".join(each["content"] for each in opening) for opening in openings]
            return failed(
                f"openings differ between seed {left.seed} and seed {right.seed}, whose first "
                f"tasks have equal visible facts: {difference(*texts)}"
            )
    return _pairs_looked_at(pairs)


def _lookalikes(game: Game) -> tuple[tuple[Sample, Sample], ...]:
    """Different tasks with equal visible facts, the second with the key of the first."""
    pairs = _pairs((canonical(game.core_env.visible(each.task)), each) for each in game.samples)
    return tuple(
        (left, evolve(right, key=left.key)) for left, right in pairs if left.task != right.task
    )


def _pairs(seen: Iterable[tuple[str, T]]) -> tuple[tuple[T, T], ...]:
    """Neighbours among the things that look alike."""
    alike: dict[str, list[T]] = defaultdict(list)
    for look, thing in seen:
        alike[look].append(thing)
    pairs = [pair for group in alike.values() for pair in itertools.pairwise(group)]
    return spread(pairs, PAIRS)


def _pairs_looked_at(pairs: tuple[Any, ...]) -> Verdict:
    if not pairs:
        return skipped("no two of the drawn tasks have equal visible facts")
    return ok(f"{counted(len(pairs), 'pair')} with equal visible facts cannot be told apart")


def opening_of(game: Game, sample: Sample) -> str:
    """Rules and first observation of a task."""
    _, observation = game.core_env.start(sample.task, sample.key)
    return f"{game.core_env.rules(sample.task)}\n{observation}"


def _secrets(game: Game, sample: Sample) -> set[tuple[str, str]]:
    """Place and lower-case text of every value that the visible facts do not hold."""
    public = {str(value).lower() for _, value in leaves(game.core_env.visible(sample.task))}
    return {
        (place, text)
        for place, value in leaves(to_data(sample.task))
        if not isinstance(value, bool | None)
        and len(text := str(value).lower()) >= SHORTEST_SECRET
        and text not in public
    }


def _answer(result: StepResult) -> tuple[Any, ...]:
    return result.observation, result.done, result.solved, result.reward


GAME_SECRECY_CHECKS = (
    visible_facts_are_told,
    opening_tells_no_more_than_visible,
    opening_names_no_secret,
    facts_tell_no_more_than_observations,
)
