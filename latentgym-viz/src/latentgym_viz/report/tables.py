"""The tables of a report, as Markdown, LaTeX and CSV."""

from collections.abc import Callable, Iterator, Sequence
from html import escape

from attrs import evolve, frozen

from latentgym_core.handoff.rendering import hand_off_tables, render_hand_off_csv
from latentgym_core.inference.summary import build_inference_report
from latentgym_core.inference.tables import inference_rows, inference_tables
from latentgym_core.metrics.measures import MEASURES
from latentgym_core.metrics.rendering.layouts import joined
from latentgym_core.metrics.rendering.reports import CSV_HEADER, render_csv, report_tables
from latentgym_core.metrics.rendering.tables import Table, with_interval
from latentgym_core.records.csv_text import csv_text
from latentgym_viz.reading.findings import Findings
from latentgym_viz.reviews.agreement import agreements
from latentgym_viz.reviews.store import read_reviews
from latentgym_viz.reviews.tables import agreement_table, as_csv, side_by_side
from latentgym_viz.wording import environment_labels, plain

HEADLINES = ("cumulative_reward", "final_reward", "gain", "solve_rate", "turns_per_task")
MARKDOWN = str.maketrans({"`": "\\`", "\n": " "})


@frozen(kw_only=True)
class TableSet:
    """Tables that belong together.

    Attributes:
        key: Names their files.
        title: One line.
        tables: In order.
        csv: The numbers behind them, unrounded.
    """

    key: str
    title: str
    tables: Sequence[Table]
    csv: str


def table_sets(findings: Findings) -> Iterator[TableSet]:
    """Overview, measures, inference, hand-offs and reviews, as far as there are any."""
    if findings.report.summaries:
        overview = overview_table(findings)
        yield TableSet(
            key="overview",
            title="Overview",
            tables=[overview],
            csv=csv_text([overview.header, *overview.rows]),
        )
        yield TableSet(
            key="metrics",
            title="Measures of every environment",
            tables=list(report_tables(findings.report)),
            csv=render_csv(findings.report),
        )
    if findings.analyses:
        report = build_inference_report(findings.analyses)
        yield TableSet(
            key="inference",
            title="What was known about the latent",
            tables=list(inference_tables(report)),
            csv=csv_text([CSV_HEADER, *inference_rows(report)]),
        )
    for number, hand_off in enumerate(findings.hand_offs, start=1):
        yield TableSet(
            key="handoff" if number == 1 else f"handoff_{number}",
            title="Hand-off",
            tables=list(hand_off_tables(hand_off)),
            csv=render_hand_off_csv(hand_off),
        )
    reviews = [review for run in findings.runs for review in read_reviews(run.path)]
    if reviews:
        found = agreements(reviews)
        yield TableSet(
            key="reviews",
            title="Reviews",
            tables=[side_by_side(reviews), *([agreement_table(found)] if found else [])],
            csv=as_csv(reviews),
        )


def overview_table(findings: Findings) -> Table:
    """One row per environment and agent with the numbers that matter most."""
    summaries = findings.report.summaries
    labels = environment_labels(each.group for each in summaries)
    several = len(labels) > 1
    rows = []
    for each in summaries:
        numbers = (with_interval(each.measures[name], MEASURES[name].form) for name in HEADLINES)
        place = (labels[each.group], each.agent) if several else (each.agent,)
        rows.append((*place, str(each.num_sequences), *numbers, str(each.num_failed)))
    titles = (MEASURES[name].title for name in HEADLINES)
    place = ("environment", "agent") if several else ("agent",)
    where = "" if several else f" in {next(iter(labels), '')}"
    return Table(
        title=f"Every agent{where}, with {findings.report.confidence:.0%} bootstrap intervals "
        "over sequences.",
        header=(*place, "n", *titles, "failed"),
        rows=tuple(rows),
    )


def markdown(tables: Sequence[Table]) -> str:
    """Tables in Markdown; names cannot bring markup along."""
    return joined((mapped(each, _for_markdown) for each in tables), "md")


def latex(tables: Sequence[Table]) -> str:
    """Tables in LaTeX for the package booktabs."""
    return joined((mapped(each, plain) for each in tables), "latex")


def mapped(table: Table, change: Callable[[str], str]) -> Table:
    """A table with every text in it changed; lines of the title are changed one by one."""
    return evolve(
        table,
        title="\n".join(change(line) for line in table.title.split("\n")),
        header=tuple(map(change, table.header)),
        rows=tuple(tuple(map(change, row)) for row in table.rows),
        notes=tuple(map(change, table.notes)),
    )


def _for_markdown(text: str) -> str:
    shown = escape(plain(text), quote=False).translate(MARKDOWN)
    return shown.replace("](", "]\\(")
