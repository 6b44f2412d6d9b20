"""Normalised scores as a table: environments down, agents across, their mean last."""

from collections.abc import Sequence

from latentgym_core.metrics.records import NormalisedScore, Report
from latentgym_core.metrics.rendering.env_labels import short_names
from latentgym_core.metrics.rendering.tables import UNDEFINED, Table, with_interval
from latentgym_core.worth.references import BLIND, TOLD

FORM = ".2f"


def score_table(report: Report) -> Table:
    """The scores of a report that has some."""
    agents = list(dict.fromkeys(each.agent for each in report.scores))
    groups = list(dict.fromkeys(each.group for each in report.scores))
    by_cell = {(each.group, each.agent): each for each in report.scores}
    labels = short_names(groups)
    rows = []
    for group, label in zip(groups, labels, strict=True):
        found = [by_cell.get((group, agent)) for agent in agents]
        worth = next(each for each in found if each is not None).per_task
        cells = [_cell(each) if each else UNDEFINED for each in found]
        rows.append((label, with_interval(worth, ".3f", signed=True), *cells))
    means = [_cell(each) for each in report.overall]
    counts = dict.fromkeys(each.num_environments for each in report.overall)
    return Table(
        title=(
            f"{_title(report.suite)}: {BLIND} is 0 and {TOLD} 1, on the same sequences; "
            f"{report.confidence:.0%} intervals."
        ),
        header=("", "z is worth, per task", *agents),
        rows=(*rows, (f"mean of {' or '.join(map(str, counts))}", "", *means)),
        notes=_notes(report.scores, dict(zip(groups, labels, strict=True))),
    )


def _title(suite: str) -> str:
    return f"Score of {suite}" if suite else "Score"


def _cell(score: NormalisedScore) -> str:
    return with_interval(score.score, FORM)


def _notes(scores: Sequence[NormalisedScore], names: dict[str, str]) -> tuple[str, ...]:
    """Why there is no score, once for each environment."""
    reasons = {each.group: each.reason for each in scores if each.reason}
    return tuple(f"{names[group]}: n/a, {reason}." for group, reason in reasons.items())
