"""Rows of charts from the core's estimates, and the sentences on n and intervals."""

from collections.abc import Iterable, Iterator, Sequence

from latentgym_core.metrics.bootstrap import CONFIDENCE, NUM_RESAMPLES
from latentgym_core.metrics.records import Estimate, Summary
from latentgym_core.wording import counted
from latentgym_viz.charts.grammar.cast import AGENT, Cast
from latentgym_viz.charts.grammar.chart import Row


def estimate_fields(estimate: Estimate) -> Row:
    """An estimate as the fields `value`, `low` and `high`."""
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}


def curve_rows(summaries: Iterable[Summary], curve: str, cast: Cast) -> Iterator[Row]:
    """A curve of every summary, one row per task; `group` is the summary's group.

    Args:
        summaries: What the core measured.
        curve: Name of a curve (`measures.CURVES`).
        cast: The agents.
    """
    for each in summaries:
        for task, estimate in enumerate(each.by_task[curve], start=1):
            yield {
                AGENT: cast.names[each.agent],
                "group": each.group,
                "task": task,
                **estimate_fields(estimate),
                "n": each.num_sequences,
            }


def measure_rows(summaries: Iterable[Summary], measure: str, cast: Cast) -> Iterator[Row]:
    """A measure of every summary; see `curve_rows`."""
    for each in summaries:
        yield {
            AGENT: cast.names[each.agent],
            "group": each.group,
            **estimate_fields(each.measures[measure]),
            "n": each.num_sequences,
        }


def sample_sentence(summaries: Sequence[Summary]) -> str:
    """How many sequences stand behind the estimates, and what was left out of them."""
    failed = sum(each.num_failed for each in summaries)
    truncated = sum(each.num_truncated for each in summaries)
    parts = [f"{count_phrase([each.num_sequences for each in summaries])} per agent"]
    if len({each.group for each in summaries}) > 1:
        parts[0] += " and panel"
    if failed:
        parts.append(f"{failed} failed left out")
    if truncated:
        parts.append(f"{truncated} cut short by a budget count 0 for what was not finished")
    return "; ".join(parts) + "."


def count_phrase(counts: Sequence[int]) -> str:
    """`n = 20 sequences`, or `n = 5 to 20 sequences` where the counts differ."""
    low, high = min(counts, default=0), max(counts, default=0)
    if low == high:
        return f"n = {counted(low, 'sequence')}"
    return f"n = {low:,} to {high:,} sequences"


def interval_sentence(drawn_as: str) -> str:
    """What the intervals are.

    Args:
        drawn_as: What shows them, as in `Bands`.
    """
    return (
        f"{drawn_as}: {CONFIDENCE:.0%} bootstrap intervals over sequences "
        f"({NUM_RESAMPLES:,} resamples)."
    )
