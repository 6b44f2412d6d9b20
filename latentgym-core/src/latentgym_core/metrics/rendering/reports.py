"""A report as text for a terminal or a pipe, as Markdown, as LaTeX, and as CSV."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from latentgym_core.metrics.measures import MEASURES
from latentgym_core.metrics.records import Comparison, Estimate, Report, Summary
from latentgym_core.metrics.rendering.layouts import renderers
from latentgym_core.metrics.rendering.scores import score_table
from latentgym_core.metrics.rendering.tables import UNDEFINED, Table, with_interval
from latentgym_core.records.csv_text import csv_text

RELATIVE = "relative_reward"
SCORE = "normalised_score"
WORTH = "oracle_minus_blind_per_task"
CSV_HEADER = (
    *("group", "agent", "baseline", "num_sequences"),
    *("measure", "task", "value", "low", "high"),
)


def render_csv(report: Report) -> str:
    """One row per number, unrounded; `baseline` is filled in for differences alone."""
    return csv_text([CSV_HEADER, *_csv_rows(report)])


def _csv_rows(report: Report) -> Iterator[tuple[object, ...]]:
    for one in report.summaries:
        key = (one.group, one.agent, "", one.num_sequences)
        yield from ((*key, *row) for row in number_rows(one.measures, one.by_task))
    for pair in report.comparisons:
        key = (pair.group, pair.agent, pair.baseline, pair.num_sequences)
        measures = {**pair.differences, RELATIVE: pair.relative_reward}
        yield from ((*key, *row) for row in number_rows(measures, pair.by_task))
    for each in (*report.scores, *report.overall):
        numbers = {SCORE: each.score, WORTH: each.per_task}
        key = (each.group, each.agent, "", each.num_sequences)
        yield from ((*key, *row) for row in number_rows(numbers, {}))


def report_tables(report: Report) -> Iterator[Table]:
    """Of every group the curves, the measures and the comparisons; then the scores of all."""
    groups = dict.fromkeys(each.group for each in report.summaries)
    for group in groups:
        summaries = [each for each in report.summaries if each.group == group]
        comparisons = [each for each in report.comparisons if each.group == group]
        yield _curves(group or "all environments", summaries, report.confidence)
        yield _measures(summaries, report.confidence)
        if comparisons:
            yield difference_table(comparisons, report.confidence)
    if report.scores:
        yield score_table(report)


def _curves(heading: str, summaries: Sequence[Summary], confidence: float) -> Table:
    num_tasks = max(each.num_tasks for each in summaries)
    rows: list[tuple[str, ...]] = []
    for each in summaries:
        curve = [*each.by_task["reward"], *[Estimate()] * (num_tasks - each.num_tasks)]
        rows.append((each.agent, *(_rounded("{:.3f}", point.value) for point in curve)))
        rows.append(("", *(_rounded("±{:.3f}", point.half_width) for point in curve)))
    return Table(
        title=f"{heading}\nReward per task, mean ± half width of the {confidence:.0%} interval.",
        header=("task", *map(str, range(1, num_tasks + 1))),
        rows=tuple(rows),
    )


def _measures(summaries: Sequence[Summary], confidence: float) -> Table:
    rows = [
        (measure.title, *(with_interval(each.measures[name], measure.form) for each in summaries))
        for name, measure in MEASURES.items()
        if not measure.optional or any(each.measures[name].value is not None for each in summaries)
    ]
    counts: Mapping[str, Callable[[Summary], int]] = {
        "sequences": lambda each: each.num_sequences,
        "trajectories": lambda each: each.num_trajectories,
        "  failed, left out": lambda each: each.num_failed,
        "  truncated, kept": lambda each: each.num_truncated,
    }
    rows += [(title, *(str(count(each)) for each in summaries)) for title, count in counts.items()]
    return Table(
        title=f"Measures with {confidence:.0%} bootstrap intervals over sequences.",
        header=("", *(each.agent for each in summaries)),
        rows=tuple(rows),
    )


def difference_table(comparisons: Sequence[Comparison], confidence: float) -> Table:
    """All measures of several sides, each minus the same baseline."""
    baseline = comparisons[0].baseline
    rows = [
        ("shared sequences (pairs)", *(str(each.num_pairs) for each in comparisons)),
        ("played by one alone", *(str(each.num_unpaired) for each in comparisons)),
        (
            "cumulative reward, relative",
            *(with_interval(each.relative_reward, ".1%", signed=True) for each in comparisons),
        ),
    ]
    rows += [
        (
            measure.title,
            *(
                with_interval(each.differences[name], measure.form, signed=True)
                for each in comparisons
            ),
        )
        for name, measure in MEASURES.items()
        if any(each.differences[name].value is not None for each in comparisons)
    ]
    return Table(
        title=f"Difference to {baseline} on shared sequences, paired {confidence:.0%} intervals.",
        header=("", *(each.agent for each in comparisons)),
        rows=tuple(rows),
        notes=("Differences of shares are in percentage points.",),
    )


def _rounded(form: str, value: float | None) -> str:
    return UNDEFINED if value is None else form.format(value)


def number_rows(
    measures: Mapping[str, Estimate], by_task: Mapping[str, tuple[Estimate, ...]]
) -> Iterator[tuple[object, ...]]:
    """Measure, task (from 1, empty for the whole sequence), value and interval of every number."""
    for name, one in measures.items():
        yield (name, "", one.value, one.low, one.high)
    for name, curve in by_task.items():
        for task, one in enumerate(curve, start=1):
            yield (name, task, one.value, one.low, one.high)


RENDERERS = renderers(report_tables, render_csv)
render_text, render_markdown = RENDERERS["text"], RENDERERS["md"]
