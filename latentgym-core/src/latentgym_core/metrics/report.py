"""Everything that is measured on a set of trajectories, as one record."""

from collections.abc import Iterable
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_core.metrics.bootstrap import CONFIDENCE, NUM_RESAMPLES
from latentgym_core.metrics.comparison import comparison
from latentgym_core.metrics.normalised import normalised_scores
from latentgym_core.metrics.records import Comparison, Report
from latentgym_core.metrics.scores import score
from latentgym_core.metrics.summary import Groups, grouped, summaries
from latentgym_core.records.hand_off_name import parse_hand_off
from latentgym_core.records.serial import to_data
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.wording import choices


def build_report(
    trajectories: Iterable[Trajectory], *, by: str = "env", baseline: str | None = None
) -> Report:
    """Summarise trajectories and compare their agents; the same data give the same report.

    Sequences that were handed from one agent to another are nobody's own play and are left out;
    `handoff` measures them.

    Args:
        trajectories: Any number, read once; the order decides only the order of the report.
        by: Axis of the groups, one of `measures.AXES`.
        baseline: The agent the others are compared with; the first of each group if None.

    Raises:
        SpecError: No such axis, or nobody of that name has played.
    """
    whole = (each for each in trajectories if parse_hand_off(each.agent) is None)
    scores = [score(each) for each in whole]
    groups = grouped(scores, by)
    normalised, overall = normalised_scores(scores)
    if baseline is not None and groups:
        _check_baseline(groups, baseline)
    return Report(
        by=by,
        confidence=CONFIDENCE,
        num_resamples=NUM_RESAMPLES,
        summaries=summaries(groups),
        comparisons=tuple(_comparisons(groups, baseline)),
        scores=normalised,
        overall=overall,
    )


def summary_data(
    trajectories: Iterable[Trajectory], *, by: str = "env", baseline: str | None = None
) -> dict[str, Any]:
    """The report as JSON-able data: what a run folder keeps as `summary.json`."""
    data: dict[str, Any] = to_data(build_report(trajectories, by=by, baseline=baseline))
    return data


def _check_baseline(groups: Groups, baseline: str) -> None:
    agents = {agent: None for group in groups.values() for agent in group}
    if baseline not in agents:
        raise SpecError(
            f"No agent {baseline!r} has played here; there is {choices(baseline, agents)}"
        )


def _comparisons(groups: Groups, baseline: str | None) -> Iterable[Comparison]:
    for group, agents in groups.items():
        reference = baseline or next(iter(agents))
        for agent, scores in agents.items():
            if agent != reference and reference in agents:
                yield comparison(group, agents[reference], scores)
