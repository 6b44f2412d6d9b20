"""What a player can conclude from the public side of a sequence."""

from collections.abc import Iterable

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.number_guessing.intervals import Evidence, FloatArray, Interval


def feasible(visible: Facts, turns: Iterable[Facts]) -> Interval:
    """Where the target still can be, after the answers of one task."""
    low, high = visible["low"], visible["high"]
    for facts in turns:
        if facts["kind"] == "higher":
            low = max(low, facts["guess"] + 1)
        elif facts["kind"] == "lower":
            high = min(high, facts["guess"] - 1)
    return low, high


def learned(task: FinishedTask) -> Interval:
    """Where the target of a finished task was: one number if it was found or revealed."""
    if task.revealed is not None:
        return task.revealed["target"], task.revealed["target"]
    if task.solved:
        return task.turns[-1]["guess"], task.turns[-1]["guess"]
    return feasible(task.visible, task.turns)


def evidence(finished: Iterable[FinishedTask]) -> Evidence:
    """What finished tasks tell, in ascending order; tasks that tell nothing are left out."""
    pairs = ((task, learned(task)) for task in finished)
    return tuple(
        sorted(
            interval
            for task, interval in pairs
            if interval != (task.visible["low"], task.visible["high"])
        )
    )


def learned_in_order(finished: Iterable[FinishedTask]) -> Evidence:
    """Where the target of each task was, in the order of the tasks."""
    return tuple(map(learned, finished))


def weighted_median(below: FloatArray, low: int, interval: Interval) -> int | None:
    """Median of a law restricted to an interval.

    Args:
        below: Weight of less than low, low + 1, …; shape [numbers + 1], starts with 0.
        low: Smallest number of the law.
        interval: The restriction.

    Returns:
        The smallest number with at least half of the weight up to it; None if the interval
        is impossible.
    """
    first, last = interval
    start, end = below[first - low], below[last - low + 1]
    if not start < end:
        return None
    median = low + int(below.searchsorted((start + end) / 2)) - 1
    return min(max(median, first), last)  # a tiny mass may be lost in the running sums
