"""Summaries of groups of trajectories, with intervals over sequences."""

from collections.abc import Iterable, Mapping, Sequence

from latentgym_core.errors import SpecError
from latentgym_core.metrics.bootstrap import bootstrap, quotients, unit_totals
from latentgym_core.metrics.measures import AXES, CURVES, MEASURES, columns
from latentgym_core.metrics.records import Estimate, Summary
from latentgym_core.metrics.scores import TOKENS, Score, score, total
from latentgym_core.records.trajectory import Trajectory

Groups = dict[str, dict[str, list[Score]]]
"""Value of an axis, then agent, to their scores."""


def summarise(trajectories: Iterable[Trajectory], by: str = "env") -> list[Summary]:
    """Summarise every agent in every group.

    Args:
        trajectories: Any number, read once.
        by: Axis of the groups, one of `measures.AXES`.

    Returns:
        One summary per group and agent, in order of first appearance.

    Raises:
        SpecError: There is no such axis.
    """
    return list(summaries(grouped(map(score, trajectories), by)))


def summaries(groups: Groups) -> tuple[Summary, ...]:
    """One for each group and agent, in the order that they have."""
    return tuple(
        summary(group, agent, scores)
        for group, agents in groups.items()
        for agent, scores in agents.items()
    )


def grouped(scores: Iterable[Score], by: str) -> Groups:
    """Sort scores into groups by an axis and the agent, in order of first appearance."""
    if by not in AXES:
        raise SpecError(f"Cannot group by {by!r}; axes are {', '.join(AXES)}.")
    groups: Groups = {}
    for each in scores:
        groups.setdefault(AXES[by](each), {}).setdefault(each.agent, []).append(each)
    return groups


def summary(group: str, agent: str, scores: Sequence[Score]) -> Summary:
    """Summarise the scores of one agent in one group; failed sequences enter no estimate."""
    num_tasks = max((len(each.rewards) for each in scores), default=0)
    played = [each for each in scores if not each.failed]
    rows = [(each.sequence_key, columns(each, num_tasks)) for each in played]
    totals = unit_totals(rows, num_columns(num_tasks))
    measures, by_task = named(bootstrap(totals, quotients), num_tasks)
    return Summary(
        group=group,
        agent=agent,
        num_tasks=num_tasks,
        num_trajectories=len(scores),
        num_failed=len(scores) - len(played),
        num_truncated=sum(each.truncated for each in scores),
        num_sequences=len(totals),
        measures=measures,
        by_task=by_task,
        tokens={kind: total(each.tokens[kind] for each in scores) for kind in TOKENS},
    )


def num_columns(num_tasks: int) -> int:
    """Length of what `measures.columns` gives."""
    return 2 * (len(MEASURES) + len(CURVES) * num_tasks)


def named(
    estimates: Sequence[Estimate], num_tasks: int
) -> tuple[Mapping[str, Estimate], Mapping[str, tuple[Estimate, ...]]]:
    """Give estimates, in the order of `measures.columns`, the names of measures and curves."""
    rest = iter(estimates)
    measures = {name: next(rest) for name in MEASURES}
    return measures, {name: tuple(next(rest) for _ in range(num_tasks)) for name in CURVES}
