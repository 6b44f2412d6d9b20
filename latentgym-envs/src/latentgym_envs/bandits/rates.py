"""Laws of success probabilities: uniform over an interval, or exactly one value."""

import random
from collections.abc import Sequence

Interval = tuple[float, float]
"""Lower and upper end; equal ends are one value."""
Rates = tuple[Interval, ...]
"""The law of every button's success probability, in the order of the buttons."""
ROUNDING = 0.01  # of a probability as it is revealed, over which a single value counts as spread


def density(value: float, interval: Interval) -> float:
    """Density of one success probability under its law."""
    low, high = interval
    return (low <= value <= high) / (high - low or ROUNDING)


def draw_rate(interval: Interval, rng: random.Random) -> float:
    """One probability; a single value takes nothing from the stream."""
    low, high = interval
    return low if low == high else rng.uniform(low, high)


def draw_best_first(best: int, rates: Sequence[Interval], rng: random.Random) -> list[float]:
    """All probabilities, that of the best button first and the others in order.

    That is the order of the published generator, which makes recorded tasks reproducible.
    """
    first = draw_rate(rates[best], rng)
    return [first if i == best else draw_rate(rate, rng) for i, rate in enumerate(rates)]
