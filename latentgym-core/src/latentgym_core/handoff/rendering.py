"""A hand-off report as tables: who earned what after each boundary, and what that relates to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from latentgym_core.handoff.efficiency import KINDS, Cell, Efficiency, HandOffReport, Kind
from latentgym_core.metrics.rendering.layouts import renderers
from latentgym_core.metrics.rendering.tables import Table, with_interval
from latentgym_core.records.csv_text import csv_text
from latentgym_core.wording import counted

CSV_HEADER = (
    *("measure", "explorer", "exploiter", "baseline", "handed", "k", "num_sequences"),
    *("num_failed", "value", "low", "high"),
)
QUESTIONS: Mapping[Kind, str] = MappingProxyType(
    {
        "exploration": "Exploration: what the explorer's tasks 1 .. K are worth to the exploiter",
        "exploitation": "Exploitation: what the exploiter makes of the explorer's tasks 1 .. K",
        "notes": "Notes: what is earned with the explorer's notes, against its history",
    }
)


def render_hand_off_csv(report: HandOffReport) -> str:
    """One row per number, unrounded; `tail` is the mean reward of tasks K + 1 .. N."""
    return csv_text([CSV_HEADER, *_csv_rows(report)])


def _csv_rows(report: HandOffReport) -> Iterator[tuple[object, ...]]:
    rows: list[tuple[str, str, Cell | Efficiency]] = [("tail", "", each) for each in report.cells]
    rows += [(each.kind, each.baseline, each) for each in report.efficiencies]
    for measure, baseline, each in rows:
        one = each.tail if isinstance(each, Cell) else each.estimate
        counts = (each.boundary, each.num_sequences, each.num_failed)
        place = (measure, each.explorer, each.exploiter, baseline, each.handed)
        yield (*place, *counts, one.value, one.low, one.high)


def hand_off_tables(report: HandOffReport) -> Iterator[Table]:
    """The tails of all pairs, then one table for each kind of efficiency."""
    yield _tails(report)
    for kind in KINDS:
        efficiencies = [each for each in report.efficiencies if each.kind == kind]
        if efficiencies:
            yield _efficiencies(kind, efficiencies, report.confidence)


HAND_OFF_RENDERERS = renderers(hand_off_tables, render_hand_off_csv)
render_hand_off = HAND_OFF_RENDERERS["text"]


def _tails(report: HandOffReport) -> Table:
    rows: dict[str, list[Cell]] = {}
    for each in report.cells:
        rows.setdefault(_pair(each), []).append(each)
    return Table(
        title=(
            f"{report.env_id}\nReward of tasks K + 1 .. N, mean of a sequence with "
            f"{report.confidence:.0%} intervals; explorer → exploiter."
        ),
        header=("K", *_boundaries(report.cells)),
        rows=tuple(
            (name, *(with_interval(each.tail, ".2f") for each in cells))
            for name, cells in rows.items()
        ),
        notes=_failures(report.cells, report.num_sequences),
    )


def _efficiencies(kind: Kind, efficiencies: Sequence[Efficiency], confidence: float) -> Table:
    rows: dict[str, list[Efficiency]] = {}
    for each in efficiencies:
        rows.setdefault(_pair(each), []).append(each)
    baseline = efficiencies[0].baseline
    against = f", against {baseline}" if baseline else ""
    reasons = (f"K = {each.boundary}: {each.undefined}" for each in efficiencies if each.undefined)
    num_sequences = efficiencies[0].num_sequences + efficiencies[0].num_failed
    return Table(
        title=f"{QUESTIONS[kind]}{against}; paired {confidence:.0%} intervals.",
        header=("K", *_boundaries(efficiencies)),
        rows=tuple(
            (name, *(with_interval(each.estimate, ".1%", signed=True) for each in cells))
            for name, cells in rows.items()
        ),
        notes=(*_failures(efficiencies, num_sequences), *dict.fromkeys(reasons)),
    )


def _pair(each: Cell | Efficiency) -> str:
    by_notes = " by notes" if each.handed == "notes" else ""
    return f"{each.explorer} → {each.exploiter}{by_notes}"


def _boundaries(cells: Iterable[Cell | Efficiency]) -> tuple[str, ...]:
    return tuple(map(str, dict.fromkeys(each.boundary for each in cells)))


def _failures(cells: Sequence[Cell | Efficiency], num_sequences: int) -> tuple[str, ...]:
    """How many sequences the numbers stand for, at worst."""
    worst = max(each.num_failed for each in cells)
    lost = f"; up to {worst} of them are missing where a play failed" if worst else ""
    return (f"{counted(num_sequences, 'sequence')}{lost}.",)
