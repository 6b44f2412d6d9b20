"""Laws of success probabilities: uniform over an interval, or exactly one value."""

import random
from collections.abc import Sequence

from attrs import frozen

Interval = tuple[float, float]
"""Lower and upper end; equal ends are one value."""
Rates = tuple[Interval, ...]
"""The law of every button's success probability, in the order of the buttons."""
Count = tuple[int, int]
"""Presses of a button that paid 1 and that paid 0."""
Counts = tuple[Count, ...]
"""In the order of the buttons."""
DECIMALS = 2  # of a probability as it is revealed
ROUNDING = 0.01  # the range of probabilities that are revealed alike


@frozen
class Payoffs:
    """What a task hides, as players see it.

    Attributes:
        best: The best button.
        rates: The law of the success probabilities.
        pressed: What presses of other tasks paid that have the very same probabilities; empty if
            there are none.
    """

    best: int
    rates: Rates
    pressed: Counts = ()


def density(value: float, interval: Interval) -> float:
    """Density of one success probability, as it is revealed, under its law."""
    low, high = interval
    told = round(value, DECIMALS)
    if low == high:
        return (round(low, DECIMALS) == told) / ROUNDING
    inside = min(high, told + ROUNDING / 2) - max(low, told - ROUNDING / 2)
    return max(0.0, inside) / ROUNDING / (high - low)


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
