"""Duels as text, Markdown, LaTeX and CSV."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from latentgym_core.metrics.duels import Duel, DuelReport
from latentgym_core.metrics.rendering import RELATIVE, difference_table, number_rows
from latentgym_core.metrics.tables import Table, as_latex, as_markdown, as_text, with_interval

CSV_HEADER = (
    *("group", "side", "baseline", "num_pairs", "num_alone", "num_baseline_alone", "num_failed"),
    *("measure", "task", "value", "low", "high"),
)


def duel_tables(report: DuelReport, *, all_measures: bool = False) -> Iterator[Table]:
    """One row per duel; then, if asked for, all measures of every group."""
    yield _table(report)
    groups = dict.fromkeys(each.comparison.group for each in report.duels)
    for group in groups if all_measures else ():
        comparisons = [each.comparison for each in report.duels if each.comparison.group == group]
        table = difference_table(comparisons, report.confidence)
        yield Table(
            title=f"{group or 'all environments'}\n{table.title}",
            header=table.header,
            rows=table.rows,
            notes=table.notes,
        )


def _table(report: DuelReport) -> Table:
    rows = [
        (
            _label(report, each),
            str(each.comparison.num_pairs),
            with_interval(each.comparison.differences["cumulative_reward"], ".3f", signed=True),
            with_interval(each.comparison.relative_reward, ".1%", signed=True),
            f"{each.wins} / {each.ties} / {each.losses}",
            with_interval(each.superiority, ".2f"),
        )
        for each in report.duels
    ]
    sides = {each.comparison.agent for each in report.duels}
    against = f"{' '.join(sides) if len(sides) == 1 else ''} against {report.baseline}".strip()
    return Table(
        title=(
            f"Reward of a sequence, {against}, where both have played it; "
            f"{report.confidence:.0%} intervals."
        ),
        header=("", "pairs", "difference", "relative", "win / tie / loss", "superiority"),
        rows=tuple(rows),
        notes=tuple(each.warning for each in report.duels if each.warning),
    )


def _label(report: DuelReport, duel: Duel) -> str:
    """Side and group, as far as they are not the same in all rows."""
    one = duel.comparison
    groups = {each.comparison.group for each in report.duels}
    sides = {each.comparison.agent for each in report.duels}
    if len(groups) == 1:
        return one.agent
    return one.group if len(sides) == 1 else f"{one.group}: {one.agent}"


def render_duels_csv(report: DuelReport) -> str:
    """One row per number, unrounded, all measures included."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(CSV_HEADER)
    for each in report.duels:
        one = each.comparison
        counts = (one.num_pairs, each.num_alone, each.num_baseline_alone, each.num_failed)
        key = (one.group, one.agent, one.baseline, *counts)
        for name in ("wins", "ties", "losses"):
            writer.writerow((*key, name, "", getattr(each, name), "", ""))
        measures = {
            "superiority": each.superiority,
            RELATIVE: one.relative_reward,
            **one.differences,
        }
        writer.writerows((*key, *row) for row in number_rows(measures, one.by_task))
    return file.getvalue()


LAYOUTS: Mapping[str, Callable[[Table], str]] = MappingProxyType(
    {"text": as_text, "md": as_markdown, "latex": as_latex}
)


def render_duels(report: DuelReport, form: str, *, all_measures: bool = False) -> str:
    """A report in one of the layouts `text`, `md`, `latex` and `csv`."""
    if form == "csv":
        return render_duels_csv(report)
    tables = duel_tables(report, all_measures=all_measures)
    return "\n\n".join(map(LAYOUTS[form], tables)) + "\n"
