"""Means of what inference found, with bootstrap intervals over sequences."""

from collections.abc import Iterable, Mapping, Sequence

from attrs import field, frozen

from latentgym_core.inference.findings.bayes_hand_off import BayesHandOff, bayes_hand_offs
from latentgym_core.inference.findings.priming import Priming, primings
from latentgym_core.inference.measures import CURVES, MEASURES
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.metrics.bootstrap import CONFIDENCE, bootstrap, quotients, unit_totals
from latentgym_core.metrics.measures import AXES, NOTHING
from latentgym_core.metrics.records import Estimate
from latentgym_core.metrics.scores import sequence_key
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId

Groups = dict[str, dict[str, list[SequenceAnalysis]]]
"""Value of an axis, then agent, to their analyses."""


@frozen
class _Place:
    """The part of a score that axes look at."""

    env_id: EnvId


@frozen(kw_only=True)
class InferenceSummary:
    """One agent in one group.

    Attributes:
        group: Value of the axis.
        agent: Who played.
        num_sequences: Distinct sequences: the units that are resampled.
        num_unknown: Analyses without a posterior.
        reasons: Why, each reason once.
        measures: Name of a measure (`measures.MEASURES`) to its estimate.
        by_task: Name of a curve (`measures.CURVES`) to its estimates, task 1 first.
        labels: Failure mode (with its kind) to the number of sequences that have it.
    """

    group: str
    agent: str
    num_sequences: int
    num_unknown: int
    reasons: tuple[str, ...]
    measures: Mapping[str, Estimate]
    by_task: Mapping[str, tuple[Estimate, ...]]
    labels: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class InferenceReport:
    """All that inference says of a set of trajectories.

    Attributes:
        by: The axis of the groups.
        confidence: Probability of the intervals.
        summaries: One per group and agent.
        hand_offs: Group to the Bayes hand-offs of its agents against the first one, every K.
        primings: Environment to its explorers compared, where sequences were handed over.
    """

    by: str
    confidence: float
    summaries: tuple[InferenceSummary, ...]
    hand_offs: Mapping[str, tuple[BayesHandOff, ...]]
    primings: Mapping[str, tuple[Priming, ...]] = field(factory=dict)


def build_inference_report(
    analyses: Iterable[SequenceAnalysis],
    trajectories: Iterable[Trajectory] = (),
    *,
    by: str = "env",
    baseline: str | None = None,
) -> InferenceReport:
    """Summarise analyses.

    Args:
        analyses: Any number, read once.
        trajectories: What they belong to, and hand-offs; only needed for priming.
        by: Axis of the groups, one of `metrics.measures.AXES`.
        baseline: Agent B of the hand-offs; the first of each group if None.
    """
    groups: Groups = {}
    found = list(analyses)
    for each in found:
        group = AXES[by](_Place(EnvId.parse(each.env_id)))
        groups.setdefault(group, {}).setdefault(each.agent, []).append(each)
    return InferenceReport(
        by=by,
        confidence=CONFIDENCE,
        summaries=tuple(
            _summary(group, agent, found)
            for group, agents in groups.items()
            for agent, found in agents.items()
        ),
        hand_offs={group: _hand_offs(agents, baseline) for group, agents in groups.items()},
        primings=_primings(found, trajectories),
    )


def _primings(
    analyses: Sequence[SequenceAnalysis], trajectories: Iterable[Trajectory]
) -> dict[str, tuple[Priming, ...]]:
    played: dict[tuple[str, str], list[Trajectory]] = {}
    for each in trajectories:
        played.setdefault((each.env_id, each.split), []).append(each)
    found = {
        place[0]: primings(group, (a for a in analyses if (a.env_id, a.split) == place))
        for place, group in played.items()
    }
    return {env_id: each for env_id, each in found.items() if each}


def _summary(group: str, agent: str, found: Sequence[SequenceAnalysis]) -> InferenceSummary:
    num_tasks = max(len(each.tasks) for each in found)
    rows = [
        (sequence_key(EnvId.parse(each.env_id), each.split, each.seed), _columns(each, num_tasks))
        for each in found
    ]
    totals = unit_totals(rows, 2 * (len(MEASURES) + len(CURVES) * num_tasks))
    estimates = iter(bootstrap(totals, quotients))
    measures = {name: next(estimates) for name in MEASURES}
    by_task = {name: tuple(next(estimates) for _ in range(num_tasks)) for name in CURVES}
    return InferenceSummary(
        group=group,
        agent=agent,
        num_sequences=len(totals),
        num_unknown=sum(each.method == "none" for each in found),
        reasons=tuple(dict.fromkeys(each.reason for each in found if each.reason)),
        measures=measures,
        by_task=by_task,
        labels=_labels(found),
    )


def _columns(analysis: SequenceAnalysis, num_tasks: int) -> list[float]:
    parts = [measure.part(analysis) for measure in MEASURES.values()]
    for curve in CURVES.values():
        parts += [
            curve(analysis, index) if index < len(analysis.tasks) else NOTHING
            for index in range(num_tasks)
        ]
    return [part[0] for part in parts] + [part[1] for part in parts]


def _labels(found: Sequence[SequenceAnalysis]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for analysis in found:
        for label in analysis.labels:
            name = f"{label.mode} ({label.kind})" if label.kind else label.mode
            counts[name] = counts.get(name, 0) + 1
    return counts


def _hand_offs(
    agents: Mapping[str, Sequence[SequenceAnalysis]], baseline: str | None
) -> tuple[BayesHandOff, ...]:
    reference = baseline or next(iter(agents))
    if reference not in agents:
        return ()
    return tuple(
        hand_off
        for agent, found in agents.items()
        if agent != reference
        for hand_off in bayes_hand_offs(found, agents[reference])
    )
