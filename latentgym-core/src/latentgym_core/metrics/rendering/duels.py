"""Duels as text, Markdown, LaTeX and CSV."""

from collections.abc import Iterator

from attrs import evolve

from latentgym_core.metrics.duels import DuelReport
from latentgym_core.metrics.rendering.env_labels import environment_labels, shared_note
from latentgym_core.metrics.rendering.layouts import joined
from latentgym_core.metrics.rendering.reports import RELATIVE, difference_table, number_rows
from latentgym_core.metrics.rendering.tables import WIDTH, Table, with_interval
from latentgym_core.records.csv_text import csv_text

CSV_HEADER = (
    *("group", "side", "baseline", "num_pairs", "num_alone", "num_baseline_alone", "num_failed"),
    *("measure", "task", "value", "low", "high"),
)


def duel_tables(report: DuelReport, *, all_measures: bool = False) -> Iterator[Table]:
    """One row per duel; then, if asked for, all measures of every group."""
    yield _table(report)
    groups = _groups(report)
    for group in groups if all_measures else ():
        comparisons = [each.comparison for each in report.duels if each.comparison.group == group]
        table = difference_table(comparisons, report.confidence)
        yield evolve(table, title=f"{group or 'all environments'}\n{table.title}")


def _table(report: DuelReport) -> Table:
    rows = [
        (
            label,
            str(each.comparison.num_pairs),
            with_interval(each.comparison.differences["cumulative_reward"], ".3f", signed=True),
            with_interval(each.comparison.relative_reward, ".1%", signed=True),
            f"{each.wins} / {each.ties} / {each.losses}",
            with_interval(each.superiority, ".2f"),
        )
        for label, each in zip(_labels(report), report.duels, strict=True)
    ]
    sides = {each.comparison.agent for each in report.duels}
    groups = _groups(report)
    against = f"{' '.join(sides) if len(sides) == 1 else ''} against {report.baseline}".strip()
    return Table(
        title=(
            f"Reward of a sequence, {against}, where both have played it; "
            f"{report.confidence:.0%} intervals."
        ),
        header=("", "pairs", "difference", "relative", "win / tie / loss", "superiority"),
        rows=tuple(rows),
        notes=(
            *(shared_note(groups) if report.by == "env" and len(groups) > 1 else ()),
            *(each.warning for each in report.duels if each.warning),
        ),
    )


def _groups(report: DuelReport) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.comparison.group for each in report.duels))


def _labels(report: DuelReport) -> list[str]:
    """Side and group of each duel, as far as they are not the same in all rows."""
    groups = _groups(report)
    sides = {each.comparison.agent for each in report.duels}
    names = environment_labels(groups) if report.by == "env" else {name: name for name in groups}

    def label(group: str, side: str) -> str:
        if len(groups) == 1:
            return side
        return names[group] if len(sides) == 1 else f"{names[group]}: {side}"

    return [label(each.comparison.group, each.comparison.agent) for each in report.duels]


def _csv_rows(report: DuelReport) -> Iterator[tuple[object, ...]]:
    """One row per number, unrounded, all measures included."""
    for each in report.duels:
        one = each.comparison
        counts = (one.num_pairs, each.num_alone, each.num_baseline_alone, each.num_failed)
        key = (one.group, one.agent, one.baseline, *counts)
        for name in ("wins", "ties", "losses"):
            yield (*key, name, "", getattr(each, name), "", "")
        measures = {
            "superiority": each.superiority,
            RELATIVE: one.relative_reward,
            **one.differences,
        }
        yield from ((*key, *row) for row in number_rows(measures, one.by_task))


def render_duels(
    report: DuelReport, form: str, *, all_measures: bool = False, width: int = WIDTH
) -> str:
    """A report in one of the layouts `text`, `md`, `latex` and `csv`.

    Args:
        report: What is shown.
        form: The layout.
        all_measures: Whether to add every measure of every group.
        width: Most characters of a line of `text`.
    """
    if form == "csv":
        return csv_text([CSV_HEADER, *_csv_rows(report)])
    return joined(duel_tables(report, all_measures=all_measures), form, width)
