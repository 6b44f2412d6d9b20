"""Percentile bootstrap over sequences (Efron and Tibshirani 1993, chapter 13).

Every measure is a function of column sums over units: a mean is one sum over another, and so is a
ratio of means. A resample draws as many units as there are, with replacement, and applies the
same function to its sums. A unit's columns are drawn together, so quantities that share a unit
are paired. The generator has a fixed seed: an estimate is a pure function of its data.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentgym_core.metrics.records import Estimate

Array = NDArray[np.float64]
Statistic = Callable[[Array], Array]
"""Sums, shape (..., columns), to values, shape (..., values)."""

NUM_RESAMPLES = 10_000
CONFIDENCE = 0.95
SEED = 7210
MIN_DEFINED = 0.8
"""Share of resamples that must define a value before it gets an interval. If one unit alone
carries it, it is missing from 25 % (of 2 units) to 37 % (of many) of the resamples."""
DRAWS_AT_ONCE = 1 << 20


def bootstrap(
    totals: Array,
    statistic: Statistic,
    *,
    num_resamples: int = NUM_RESAMPLES,
    confidence: float = CONFIDENCE,
) -> tuple[Estimate, ...]:
    """Estimate values with percentile intervals.

    Args:
        totals: One row per unit, shape (units, columns).
        statistic: Maps column sums to values; 0/0 marks a value that is not defined.
        num_resamples: Resamples.
        confidence: Probability of the interval.

    Returns:
        One estimate per value. The interval is left out for fewer than two units, and where a
        limit is not finite because a denominator vanishes in too many resamples.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        values = statistic(totals.sum(axis=0))
        if len(totals) < 2:
            return tuple(Estimate(value=_finite(value)) for value in values)
        draws = resample(totals, statistic, num_resamples=num_resamples)
        return tuple(
            estimate(value, column, confidence)
            for value, column in zip(values, draws.T, strict=True)
        )


def resample(
    totals: Array,
    statistic: Statistic,
    *,
    num_resamples: int = NUM_RESAMPLES,
    stream: tuple[int, ...] = (),
) -> Array:
    """The values of every resample, for what is made of several sets of units.

    Args:
        totals: One row per unit, shape (units, columns).
        statistic: Maps column sums to values.
        num_resamples: Resamples.
        stream: Sets that are drawn independently of each other need streams of their own.

    Returns:
        Shape (resamples, values).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        values = [statistic(sums) for sums in _resampled_sums(totals, num_resamples, stream)]
    return np.concatenate(values, axis=0)


def quotients(sums: Array) -> Array:
    """First half of the columns over the second half, shape (..., 2 m) to (..., m)."""
    numerators, denominators = np.split(sums, 2, axis=-1)
    return np.asarray(numerators / denominators)


def relative_change(sums: Array) -> Array:
    """(second - first) / first of every pair of columns, shape (..., 2 m) to (..., m)."""
    first, second = sums[..., 0::2], sums[..., 1::2]
    return np.asarray((second - first) / first)


def unit_totals(rows: Iterable[tuple[Hashable, Sequence[float]]], num_columns: int) -> Array:
    """Sum the rows of each unit; units are sorted, so that the order of the rows is nothing.

    Args:
        rows: Key of the unit, and one value per column.
        num_columns: Columns; needed when there are no rows.

    Returns:
        Shape (units, columns).
    """
    units: dict[Any, list[Sequence[float]]] = {}
    for key, row in rows:
        units.setdefault(key, []).append(row)
    sums = [
        [math.fsum(column) for column in zip(*units[key], strict=True)] for key in sorted(units)
    ]
    return np.array(sums, dtype=np.float64).reshape(len(units), num_columns)


def _resampled_sums(totals: Array, num_resamples: int, stream: tuple[int, ...]) -> Iterator[Array]:
    """Column sums of the resamples, shape (some resamples, columns) at a time."""
    rng = np.random.default_rng((SEED, *stream))
    num_units = len(totals)
    at_once = max(1, DRAWS_AT_ONCE // num_units)
    for start in range(0, num_resamples, at_once):
        size = min(at_once, num_resamples - start)
        drawn = rng.integers(num_units, size=(size, num_units))
        drawn += np.arange(size)[:, None] * num_units
        counts = np.bincount(drawn.ravel(), minlength=size * num_units)
        yield counts.reshape(size, num_units).astype(np.float64) @ totals


def estimate(value: float, draws: Array, confidence: float = CONFIDENCE) -> Estimate:
    """A value and the percentile interval of its resamples, shape (resamples,)."""
    defined = draws[~np.isnan(draws)]
    if not math.isfinite(value) or len(defined) < MIN_DEFINED * len(draws):
        return Estimate(value=_finite(value))
    tail = (1 - confidence) / 2
    low, high = map(_finite, np.quantile(defined, (tail, 1 - tail)))
    if low is None or high is None:
        return Estimate(value=float(value))
    return Estimate(value=float(value), low=low, high=high)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
