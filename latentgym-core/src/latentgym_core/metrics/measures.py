"""What is measured on a sequence: every measure is a numerator and a denominator to be summed."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from attrs import frozen

from latentgym_core.metrics.scores import Score

Part = tuple[float, float]
"""Numerator and denominator that one sequence adds to a measure."""
NOTHING: Part = (0.0, 0.0)
MeasuredT = TypeVar("MeasuredT")


@frozen
class Measure(Generic[MeasuredT]):
    """A measure: ratio of the summed numerators and denominators of its sequences.

    Attributes:
        title: How tables call it.
        part: What one sequence adds.
        form: Format of its numbers in tables.
        optional: Whether tables leave it out where nobody has it.
    """

    title: str
    part: Callable[[MeasuredT], Part]
    form: str = ".3f"
    optional: bool = False


def _cumulative(score: Score) -> Part:
    return (sum(score.rewards), 1)


def _mean_reward(score: Score) -> Part:
    return (sum(score.rewards), len(score.rewards))


def _final(score: Score) -> Part:
    return (score.rewards[-1], 1) if score.rewards else NOTHING


def _gain(score: Score) -> Part:
    if len(score.rewards) < 2:
        return NOTHING
    return (score.rewards[-1] - score.rewards[0], 1)


def _gain_ratio(score: Score) -> Part:
    if len(score.rewards) < 2:
        return NOTHING
    return (score.rewards[-1] - score.rewards[0], score.rewards[0])


def _solve_rate(score: Score) -> Part:
    return (sum(score.solved), len(score.solved))


def _turns_per_task(score: Score) -> Part:
    ended = [turns for turns in score.turns if turns is not None]
    return (sum(ended), len(ended))


def _invalid_share(score: Score) -> Part:
    return (score.num_invalid, score.num_replies)


def _reported(kind: str) -> Callable[[Score], Part]:
    def part(score: Score) -> Part:
        count = score.tokens[kind]
        return NOTHING if count is None else (count, 1)

    return part


MEASURES: Mapping[str, Measure[Score]] = MappingProxyType(
    {
        "cumulative_reward": Measure("cumulative reward", _cumulative),
        "mean_reward": Measure("reward per task", _mean_reward),
        "final_reward": Measure("final reward r_N", _final),
        "gain": Measure("gain r_N - r_1", _gain),
        "gain_ratio": Measure("gain, ratio of means", _gain_ratio, ".1%"),
        "solve_rate": Measure("solved tasks", _solve_rate, ".1%"),
        "turns_per_task": Measure("turns per task", _turns_per_task, ".2f"),
        "invalid_share": Measure("invalid replies", _invalid_share, ".1%"),
        "input_tokens": Measure("input tokens", _reported("input"), ",.0f", optional=True),
        "output_tokens": Measure("output tokens", _reported("output"), ",.0f", optional=True),
    }
)


def _turns_of(score: Score, index: int) -> Part:
    turns = score.turns[index]
    return NOTHING if turns is None else (turns, 1)


CURVES: Mapping[str, Callable[[Score, int], Part]] = MappingProxyType(
    {
        "reward": lambda s, index: (s.rewards[index], 1),
        "solved": lambda s, index: (s.solved[index], 1),
        "turns": _turns_of,
    }
)
"""Measures per task index, from 0; asked only of tasks that the sequence has."""

AXES: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        "env": lambda s: str(s.env_id),
        "core_env": lambda s: "+".join(s.env_id.core_envs),
        "latent": lambda s: f"{'+'.join(s.env_id.core_envs)}/{s.env_id.latent}",
        "prompt": lambda s: s.env_id.prompt,
        "feedback": lambda s: s.env_id.feedback,
        "seed": lambda s: f"{s.split} {s.seed}",
        "agent": lambda _: "",
    }
)
"""What trajectories may be grouped by, next to the agent; `agent` pools everything of an agent."""


def columns(score: Score, num_tasks: int) -> list[float]:
    """Numerators, then denominators, of all measures and of all curves up to `num_tasks`."""
    parts = [measure.part(score) for measure in MEASURES.values()]
    for curve in CURVES.values():
        parts += [
            curve(score, index) if index < len(score.rewards) else NOTHING
            for index in range(num_tasks)
        ]
    return [part[0] for part in parts] + [part[1] for part in parts]
