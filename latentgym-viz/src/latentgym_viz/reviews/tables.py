"""Reviews side by side, and how far the reviewers agree, as tables and files."""

from collections.abc import Sequence

import attrs

from latentgym_core.metrics.rendering.tables import Table, with_interval
from latentgym_core.records.csv_text import csv_text
from latentgym_core.records.serial import dump_document, to_data
from latentgym_viz.reviews.agreement import Agreement
from latentgym_viz.reviews.records import Review, Unit
from latentgym_viz.wording import environment_labels

FIELDS = tuple(each.name for each in attrs.fields(Review))
WHOLE = "all"


def side_by_side(reviews: Sequence[Review]) -> Table:
    """One row per reviewed task or sequence, one column per reviewer."""
    reviewers = sorted({each.reviewer for each in reviews})
    units: dict[Unit, dict[str, Review]] = {}
    for each in reviews:
        units.setdefault(each.unit, {})[each.reviewer] = each
    labels = environment_labels(each.env_id for each in reviews)
    return Table(
        title="Reviews; task all: the whole sequence.",
        header=("environment", "agent", "seed", "task", *reviewers),
        rows=tuple(
            (
                labels[unit[0]],
                unit[3],
                str(unit[2]),
                WHOLE if unit[4] is None else str(unit[4] + 1),
                *(_remark(found.get(name)) for name in reviewers),
            )
            for unit, found in sorted(units.items(), key=lambda item: _order(item[0]))
        ),
    )


def agreement_table(found: Sequence[Agreement]) -> Table:
    """One row per pair of reviewers, and one for all of them."""
    return Table(
        title="Agreement of the reviewers, with 95% bootstrap intervals over sequences.",
        header=("reviewers", "statistic", "value", "same label", "n"),
        rows=tuple(
            (
                ", ".join(each.reviewers),
                each.statistic,
                with_interval(each.estimate, ".2f"),
                f"{each.observed:.0%}",
                str(each.num_units),
            )
            for each in found
        ),
        notes=("1: perfect agreement; 0: what chance would give.",),
    )


def as_csv(reviews: Sequence[Review]) -> str:
    """One row per review; tasks are counted from 0 as in the records, empty for a sequence."""
    return csv_text([FIELDS, *map(attrs.astuple, reviews)])


def as_json(reviews: Sequence[Review]) -> str:
    """A list of objects."""
    return dump_document(to_data(list(reviews)))


def _remark(review: Review | None) -> str:
    if review is None:
        return ""
    return ": ".join(part for part in (review.label, review.note) if part)


def _order(unit: Unit) -> tuple[str, str, int, str, int]:
    env_id, split, seed, agent, task_index = unit
    return (env_id, agent, seed, split, -1 if task_index is None else task_index)
