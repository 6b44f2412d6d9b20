"""What inference measures on a sequence: each a numerator and a denominator to be summed.

Every measure is a ratio of sums over sequences, so that intervals come from resampling sequences
(clusters of latent and seed). r is the agent's reward, r0 the blind player's, rB the Bayes player's
after the agent's history, rO that of the player who is told z. Bits about z are an exploration
measure under `standard` feedback alone: under feedback that reveals every task, all agents are
told the same, and the bits say nothing of the agent. What a sequence told is H(z) - H(z | all of
it), never more than H(z); the divergences of its tasks add up to more where evidence overturns
beliefs.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.inference.records import SequenceAnalysis, TaskAnalysis
from latentgym_core.metrics.measures import NOTHING, Part
from latentgym_core.metrics.measures import Measure as GenericMeasure
from latentgym_core.registry.env_id import EnvId

EXPLORING = "standard"
Measure = GenericMeasure[SequenceAnalysis]


def tells_exploration(analysis: SequenceAnalysis) -> bool:
    """Whether the bits of a sequence are the agent's own doing."""
    return EnvId.parse(analysis.env_id).feedback == EXPLORING


def _mean_of(name: str) -> Callable[[SequenceAnalysis], Part]:
    """Mean of a number over the tasks that have it."""

    def part(analysis: SequenceAnalysis) -> Part:
        found = [getattr(task, name) for task in analysis.tasks]
        known = [each for each in found if each is not None]
        return (sum(known), len(known))

    return part


def _information(analysis: SequenceAnalysis) -> Part:
    left = analysis.tasks[-1].entropy_after if analysis.tasks else None
    if analysis.prior_entropy is None or left is None or not tells_exploration(analysis):
        return NOTHING
    return (analysis.prior_entropy - left, 1)


def _entropy_left(analysis: SequenceAnalysis) -> Part:
    last = analysis.tasks[-1].entropy_after if analysis.tasks else None
    return NOTHING if last is None or not tells_exploration(analysis) else (last, 1)


def _identified(analysis: SequenceAnalysis) -> Part:
    known = any(task.log2_prob_z is not None for task in analysis.tasks)
    return (analysis.identified_at is not None, 1) if known else NOTHING


def _identification_time(analysis: SequenceAnalysis) -> Part:
    return NOTHING if analysis.identified_at is None else (analysis.identified_at, 1)


def _exploit_ratio_at(analysis: SequenceAnalysis, k: int) -> Part:
    """What the agent earns after K tasks, and what the Bayes player earns from there."""
    if analysis.bayes_tails is None or k >= len(analysis.bayes_tails):
        return NOTHING
    return (sum(task.reward for task in analysis.tasks[k:]), analysis.bayes_tails[k])


def _exploit_ratio(analysis: SequenceAnalysis) -> Part:
    return _exploit_ratio_at(analysis, len(analysis.bayes_tails or ()) // 2)


def _bayes_alone(analysis: SequenceAnalysis) -> Part:
    tails = analysis.bayes_tails
    return NOTHING if not tails else (tails[0], len(tails))


def _single(name: str) -> Callable[[SequenceAnalysis], Part]:
    def part(analysis: SequenceAnalysis) -> Part:
        value = getattr(analysis, name)
        return NOTHING if value is None else (value, 1)

    return part


def _regret(analysis: SequenceAnalysis) -> Part:
    lost = [turn.regret_bayes for turn in analysis.turns if turn.use is not None]
    return (sum(each or 0.0 for each in lost), len(lost))


def _futile(analysis: SequenceAnalysis) -> Part:
    judged = [turn.achieves for turn in analysis.turns if turn.achieves is not None]
    return (judged.count(False), len(judged))


def _normalised(analysis: SequenceAnalysis) -> Part:
    blind = [task.blind for task in analysis.tasks if task.blind is not None]
    oracle = [task.oracle for task in analysis.tasks if task.oracle is not None]
    if not len(blind) == len(oracle) == len(analysis.tasks):
        return NOTHING
    return (sum(task.reward for task in analysis.tasks) - sum(blind), sum(oracle) - sum(blind))


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "information": Measure("bits learned about z", _information, ".2f"),
        "entropy_left": Measure("bits left at the end", _entropy_left, ".2f"),
        "identified": Measure("z identified", _identified, ".1%"),
        "identification_time": Measure("tasks until identified", _identification_time, ".2f"),
        "blind": Measure("r0 blind player", _mean_of("blind")),
        "bayes": Measure("rB Bayes player after the agent's history", _mean_of("bayes")),
        "bayes_alone": Measure("rBB Bayes player after its own history", _bayes_alone),
        "oracle": Measure("rO told z", _mean_of("oracle")),
        "information_gap": Measure("information gap rO - rB", _mean_of("information_gap")),
        "exploitation_gap": Measure("exploitation gap rB - r", _mean_of("exploitation_gap")),
        "opening_gap": Measure("  of it opening", _mean_of("opening_gap")),
        "execution_gap": Measure("  of it execution", _mean_of("execution_gap")),
        "exploit_ratio": Measure("exploit ratio after half the tasks", _exploit_ratio),
        "history_use": Measure("history use", _single("history_use")),
        "history_use_null": Measure("  with a foreign history (null)", _single("history_use_null")),
        "regret": Measure("score lost per decision", _regret),
        "futile_share": Measure("replies that achieve nothing", _futile, ".1%"),
        "normalised_score": Measure("score between blind 0 and oracle 1", _normalised),
    }
)


def _of_task(name: str, *, exploring: bool = False) -> Callable[[SequenceAnalysis, int], Part]:
    def part(analysis: SequenceAnalysis, index: int) -> Part:
        if exploring and not tells_exploration(analysis):
            return NOTHING
        task: TaskAnalysis = analysis.tasks[index]
        value: Any = getattr(task, name)
        return NOTHING if value is None else (value, 1)

    return part


CURVES: Mapping[str, Callable[[SequenceAnalysis, int], Part]] = MappingProxyType(
    {
        "information": _of_task("information", exploring=True),
        "entropy_after": _of_task("entropy_after", exploring=True),
        "information_gap": _of_task("information_gap"),
        "exploitation_gap": _of_task("exploitation_gap"),
        "history_use": _of_task("history_use"),
        "exploit_ratio": _exploit_ratio_at,
    }
)
"""Measures per task index, from 0; `exploit_ratio` is that after so many tasks."""
