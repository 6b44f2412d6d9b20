"""Hand-offs: what exchanging the explorer or the exploiter is worth, at every K."""

from collections.abc import Iterable, Iterator, Sequence

from latentgym_core.handoff.efficiency import Cell, Efficiency, HandOffReport
from latentgym_viz.charts.grammar.cast import AGENT, Cast
from latentgym_viz.charts.grammar.chart import Chart, Row
from latentgym_viz.charts.grammar.curves import Panel, curve_grid, wrapped
from latentgym_viz.charts.grammar.estimates import count_phrase, estimate_fields, interval_sentence
from latentgym_viz.reading.findings import Findings
from latentgym_viz.wording import plain

SECTION = "Hand-off"
BANDS = interval_sentence("Bands")
PERCENT = "+.0%"


def hand_off_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """Efficiencies and tail rewards of every hand-off measurement."""
    for number, report in enumerate(findings.hand_offs, start=1):
        suffix = "" if number == 1 else f"_{number}"
        if report.efficiencies:
            yield _efficiencies(findings, cast, report, f"hand_off{suffix}")
        if report.cells:
            yield _tails(findings, cast, report, f"hand_off_tails{suffix}")


def _efficiencies(findings: Findings, cast: Cast, report: HandOffReport, key: str) -> Chart:
    panels: dict[tuple[str, str], list[Row]] = {}
    for each in report.efficiencies:
        rows = panels.setdefault(_efficiency_heading(each, cast), [])
        rows.append(
            {
                AGENT: cast.names[each.explorer if each.kind == "exploration" else each.exploiter],
                "K": each.boundary,
                **estimate_fields(each.estimate),
                "n": each.num_sequences,
            }
        )
    counts = [each.num_sequences for each in report.efficiencies]
    failed = max((each.num_failed for each in report.efficiencies), default=0)
    return Chart(
        key=key,
        section=SECTION,
        title="Exploration and exploitation by hand-off",
        caption="Relative difference of the rewards after task K: exploration if another agent "
        "played tasks 1 to K, exploitation if another agent played the rest. Environment: "
        f"{plain(report.env_id)}. {_sample(counts, failed)} {BANDS}",
        commands=findings.commands,
        drawing=curve_grid(
            wrapped([Panel(*heading, rows) for heading, rows in panels.items()]),
            cast,
            x="K",
            y_title="relative difference",
            y_format=PERCENT,
            mark=0.0,
        ),
    )


def _efficiency_heading(each: Efficiency, cast: Cast) -> tuple[str, str]:
    """Title and subtitle of the panel that an efficiency belongs in."""
    by_notes = " by notes" if each.handed == "notes" else ""
    if each.kind == "exploration":
        return "exploration" + by_notes, f"against {cast.names[each.baseline]}"
    if each.kind == "exploitation":
        return "exploitation" + by_notes, f"against {cast.names[each.baseline]}"
    return "notes against history", f"from {cast.names[each.explorer]}"


def _tails(findings: Findings, cast: Cast, report: HandOffReport, key: str) -> Chart:
    panels = [*_same_exploiter(report.cells, cast), *_same_explorer(report.cells, cast)]
    counts = [each.num_sequences for each in report.cells]
    failed = max((each.num_failed for each in report.cells), default=0)
    return Chart(
        key=key,
        section=SECTION,
        title="Reward after the hand-off",
        caption="Sum of the rewards of tasks K + 1 to N, mean over sequences; it falls with K "
        f"because fewer tasks are left. Environment: {plain(report.env_id)}. "
        f"{_sample(counts, failed)} {BANDS}",
        commands=findings.commands,
        drawing=curve_grid(wrapped(panels), cast, x="K", y_title="reward after task K"),
    )


def _same_exploiter(cells: Sequence[Cell], cast: Cast) -> Iterator[Panel]:
    """Explorers side by side where they hand over to the same exploiter."""
    for exploiter, handed in dict.fromkeys((each.exploiter, each.handed) for each in cells):
        found = [each for each in cells if (each.exploiter, each.handed) == (exploiter, handed)]
        if len({each.explorer for each in found}) > 1:
            title = f"hands over to {cast.names[exploiter]}"
            yield Panel(title, _way(handed), [_row(each, each.explorer, cast) for each in found])


def _same_explorer(cells: Sequence[Cell], cast: Cast) -> Iterator[Panel]:
    """Exploiters side by side where they take over from the same explorer."""
    for explorer, handed in dict.fromkeys((each.explorer, each.handed) for each in cells):
        found = [each for each in cells if (each.explorer, each.handed) == (explorer, handed)]
        if len({each.exploiter for each in found}) > 1:
            title = f"takes over from {cast.names[explorer]}"
            yield Panel(title, _way(handed), [_row(each, each.exploiter, cast) for each in found])


def _way(handed: str) -> str:
    return "notes are handed over" if handed == "notes" else ""


def _row(cell: Cell, agent: str, cast: Cast) -> Row:
    return {
        AGENT: cast.names[agent],
        "K": cell.boundary,
        **estimate_fields(cell.tail),
        "n": cell.num_sequences,
    }


def _sample(counts: Iterable[int], failed: int) -> str:
    lost = f"; an error cost up to {failed} of them" if failed else ""
    return f"{count_phrase(list(counts))} at each K{lost}."
