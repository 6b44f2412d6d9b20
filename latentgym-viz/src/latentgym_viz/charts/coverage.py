"""What was played and what went wrong: the counts behind all other charts."""

from collections import Counter
from collections.abc import Iterator

from latentgym_core.wording import counted
from latentgym_viz.charts.grammar.bars import stacked_bars
from latentgym_viz.charts.grammar.cast import AGENT, Cast
from latentgym_viz.charts.grammar.chart import Chart, Row
from latentgym_viz.reading.findings import Findings
from latentgym_viz.wording import plain

SECTION = "Coverage"
STATES = {
    "finished": "#4c8fc9",
    "truncated": "#b9830b",
    "failed": "#cf3f2e",
    "not played yet": "#9097a0",
}
"""What became of a sequence, and its colour on light and dark backgrounds."""
MOST_KINDS = 12


def coverage_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """Sequences by what became of them, and the errors."""
    counts = coverage_counts(findings)
    if counts:
        yield _coverage(findings, cast, counts)
    if findings.failures:
        yield _errors(findings, cast)


def coverage_counts(findings: Findings) -> dict[str, Counter[str]]:
    """Agent to the number of its sequences in each state."""
    counts: dict[str, Counter[str]] = {}
    for each in findings.scores:
        state = "failed" if each.failed else "truncated" if each.truncated else "finished"
        counts.setdefault(each.agent, Counter())[state] += 1
    for run in findings.runs:
        for agent, planned in run.planned.items():
            waiting = max(0, planned - run.played.get(agent, 0))
            counts.setdefault(agent, Counter())["not played yet"] += waiting
    return counts


def _coverage(findings: Findings, cast: Cast, counts: dict[str, Counter[str]]) -> Chart:
    rows: list[Row] = [
        {AGENT: cast.names[agent], "state": state, "count": count[state]}
        for agent, count in counts.items()
        for state in STATES
        if count[state]
    ]
    total = sum(row["count"] for row in rows)
    return Chart(
        key="coverage",
        section=SECTION,
        title="What was played",
        caption=f"n = {counted(total, 'planned or played sequence')}, hand-offs not among them. "
        "Truncated: a budget or the context ended it, unfinished tasks count 0. Failed: a model "
        "call could not be saved; it is in no estimate. Counts have no intervals.",
        commands=findings.commands,
        drawing=stacked_bars(rows, cast, part="state", colours=STATES),
    )


def _errors(findings: Findings, cast: Cast) -> Chart:
    kinds = Counter(plain(each.kind) for each in findings.failures)
    common = [kind for kind, _ in kinds.most_common(MOST_KINDS)]
    found = Counter(
        (each.agent, kind if (kind := plain(each.kind)) in common else "others")
        for each in findings.failures
    )
    rows: list[Row] = [
        {AGENT: cast.names[agent], "kind": kind, "count": count}
        for (agent, kind), count in found.items()
    ]
    return Chart(
        key="errors",
        section=SECTION,
        title="Errors that ended sequences",
        caption=f"n = {counted(len(findings.failures), 'failed sequence')} by class of the error. "
        "Counts have no intervals.",
        commands=findings.commands,
        drawing=stacked_bars(rows, cast, part="kind"),
    )
