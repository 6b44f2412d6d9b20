"""What a task tells about its buttons, and how likely that is under a law of their rates."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from attrs import frozen

from latentgym_core.core_env import Facts
from latentgym_core.view import FinishedTask
from latentgym_envs.bandits.rates import Interval, Rates

Count = tuple[int, int]
"""Presses of a button that paid 1 and that paid 0."""
Counts = tuple[Count, ...]
"""In the order of the buttons."""
NUM_NODES = 16  # Gauss-Legendre: exact up to 31 presses of one button
CACHE_SIZE = 1 << 16
GRID = np.linspace(0, 1, 61)


@frozen
class Evidence:
    """What is known of a finished task.

    Attributes:
        counts: What the presses paid.
        candidates: The buttons that can have been the best.
        probabilities: The success probabilities if they were revealed, else empty.
    """

    counts: Counts
    candidates: tuple[int, ...]
    probabilities: tuple[float, ...] = ()


class Likelihood:
    """Likelihoods of evidence; keeps the integrals it has taken."""

    def __init__(self) -> None:
        nodes, weights = np.polynomial.legendre.leggauss(NUM_NODES)
        self._nodes = tuple(zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True))
        self._of_count = lru_cache(CACHE_SIZE)(self._integrate)

    def of_counts(self, counts: Counts, rates: Rates) -> float:
        """Probability of the presses of one task, in the order in which they paid."""
        product = 1.0
        for count, interval in zip(counts, rates, strict=True):
            if count != (0, 0):
                product *= self._of_count(count, interval)
        return product

    def of_task(self, seen: Evidence, best: int, rates: Rates) -> float:
        """Density of all that is known of a finished task, given its best button."""
        if best not in seen.candidates:
            return 0.0
        if not seen.probabilities:
            return self.of_counts(seen.counts, rates)
        density = 1.0
        for value, (low, high) in zip(seen.probabilities, rates, strict=True):
            density *= (low <= value <= high) / (high - low or 1.0)
        return density

    def _integrate(self, count: Count, interval: Interval) -> float:
        """Mean of p^paid (1 - p)^unpaid over a uniform p."""
        paid, unpaid = count
        low, high = interval
        if low == high:
            return float(low**paid * (1 - low) ** unpaid)
        rates = ((low + (high - low) * node, weight) for node, weight in self._nodes)
        return float(sum(weight * p**paid * (1 - p) ** unpaid for p, weight in rates))


def counts_of(turns: Iterable[Facts], buttons: Sequence[str]) -> Counts:
    """Count what presses paid, where it was told."""
    paid, unpaid = dict.fromkeys(buttons, 0), dict.fromkeys(buttons, 0)
    for facts in turns:
        if facts["outcome"] == 1:
            paid[facts["button"]] += 1
        elif facts["outcome"] == 0:
            unpaid[facts["button"]] += 1
    return tuple((paid[button], unpaid[button]) for button in buttons)


def evidence_of(task: FinishedTask) -> Evidence:
    """All that a finished task told."""
    buttons = task.visible["buttons"]
    counts = counts_of(task.turns, buttons)
    if task.revealed is not None:
        return Evidence(counts, (task.revealed.best,), task.revealed.probabilities)
    candidates = tuple(range(len(buttons)))
    final = task.turns[-1] if task.turns else {"button": None, "correct": None}
    if final["correct"] is not None and final["button"] is not None:
        chosen = buttons.index(final["button"])
        wrong = tuple(button for button in candidates if button != chosen)
        candidates = (chosen,) if final["correct"] else wrong
    return Evidence(counts, candidates)


def worst_law(seen: Evidence, best: int, rates: Rates) -> list[float]:
    """Probability of each button to be the worst of a finished task, given the best.

    The other buttons have rates that are independent given the presses; the chance that one is the
    least of them is summed over a grid of 61 rates.

    Args:
        seen: What is known of the task.
        best: Its best button, which is never the worst.
        rates: The law of the rates; those of the other buttons are equal.

    Returns:
        Shape [K], sum 1.
    """
    num_buttons = len(rates)
    if seen.probabilities:
        worst = seen.probabilities.index(min(seen.probabilities))
        return [float(button == worst) for button in range(num_buttons)]
    others = [button for button in range(num_buttons) if button != best]
    low, high = rates[others[0]]
    grid = low + (high - low) * GRID
    density = np.array([grid**a * (1 - grid) ** b for a, b in (seen.counts[i] for i in others)])
    density /= density.sum(axis=1, keepdims=True)
    above = 1 - np.cumsum(density, axis=1) + density / 2
    least = [
        float((density[i] * np.delete(above, i, axis=0).prod(axis=0)).sum())
        for i in range(len(others))
    ]
    law = [0.0] * num_buttons
    for button, share in zip(others, least, strict=True):
        law[button] = share / sum(least)
    return law
