"""Paired comparison of two sides on the sequences that both have played."""

from collections.abc import Callable, Hashable, Iterable, Sequence

import numpy as np

from latentgym_core.metrics.bootstrap import (
    Array,
    bootstrap,
    quotients,
    relative_change,
    unit_totals,
)
from latentgym_core.metrics.measures import MEASURES, columns
from latentgym_core.metrics.records import Comparison
from latentgym_core.metrics.scores import Score, score
from latentgym_core.metrics.summary import named, num_columns
from latentgym_core.records.trajectory import Trajectory

Pair = tuple[list[Score], list[Score]]
Key = Callable[[Score], Hashable]


def compare(a: Iterable[Trajectory], b: Iterable[Trajectory], group: str = "") -> Comparison:
    """Compare b with a: differences b - a over the (env, split, seed) both have played.

    A pair is resampled as a whole, so what its sequence is worth to everybody cancels out.

    Args:
        a: The baseline's trajectories.
        b: The other agent's.
        group: What they have in common, for the record.
    """
    return comparison(group, [score(each) for each in a], [score(each) for each in b])


def comparison(
    group: str,
    baseline: Sequence[Score],
    other: Sequence[Score],
    names: tuple[str, str] | None = None,
    key: Key = lambda each: each.pair_key,
) -> Comparison:
    """Compare the scores of two sides; see `compare`.

    Args:
        group: What they have in common, for the record.
        baseline: Scores of the baseline.
        other: Scores of the other side.
        names: What they are called; their agents if None.
        key: What two scores must share to make a pair.
    """
    num_tasks = max((len(each.rewards) for each in (*baseline, *other)), default=0)
    found = pairs_of(baseline, other, key)
    whole = [pair for pair in found if all(pair)]
    rows = [
        (pair[0][0].sequence_key, [*_means(pair[0], num_tasks), *_means(pair[1], num_tasks)])
        for pair in whole
    ]
    width = num_columns(num_tasks)
    totals = unit_totals(rows, 2 * width)
    differences, by_task = named(bootstrap(totals, _difference), num_tasks)
    rewards = totals[:, [CUMULATIVE, width + CUMULATIVE]]
    agents = [side[0].agent if side else "" for side in (baseline, other)]
    first, second = names or agents
    return Comparison(
        group=group,
        baseline=first,
        agent=second,
        num_pairs=len(whole),
        num_unpaired=len(found) - len(whole),
        num_sequences=len(totals),
        differences=differences,
        by_task=by_task,
        relative_reward=bootstrap(rewards, relative_change)[0],
    )


CUMULATIVE = list(MEASURES).index("cumulative_reward")
"""Column of the summed rewards."""


def pairs_of(baseline: Sequence[Score], other: Sequence[Score], key: Key) -> list[Pair]:
    """What each side has of every key; failed sequences count as absent."""
    pairs: dict[Hashable, Pair] = {}
    for side, scores in enumerate((baseline, other)):
        for each in scores:
            if not each.failed:
                pairs.setdefault(key(each), ([], []))[side].append(each)
    return list(pairs.values())


def _means(scores: Sequence[Score], num_tasks: int) -> list[float]:
    """Columns of one side, averaged where a sequence was played several times."""
    rows = [columns(each, num_tasks) for each in scores]
    return [sum(column) / len(rows) for column in zip(*rows, strict=True)]


def _difference(sums: Array) -> Array:
    baseline, other = np.split(sums, 2, axis=-1)
    return np.asarray(quotients(other) - quotients(baseline))
