"""Exact beliefs about `fixed_vector`: which button pays most often, in all tasks the same.

The success probabilities p stay the same, so presses of all tasks count together: with n+ and n-
of them paid and unpaid on a button whose p is uniform over low..high,

    P(presses of the button) = integral of p^n+ (1 - p)^n- dp / (high - low).
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import define

from latentgym_core.families.beliefs import BITS, FloatArray, Listed
from latentgym_envs.bandits.clues import Count, Evidence, Finished
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.rates import ROUNDING, Interval, Rates, density

NUM_NODES = 128  # Gauss-Legendre: exact up to 255 presses of one button
CACHE_SIZE = 1 << 14


@define(eq=False)
class BestButton(Listed):
    """Values are the buttons; all success probabilities that one is the best of count as it."""

    def log2_prob(self, z: Any) -> float:
        """Of the best button of a vector."""
        return float(self.log_prob[z.index(max(z))] / BITS)


def vector_beliefs(game: Bandits, finished: Finished) -> BestButton:
    """What is known of the best button.

    Args:
        game: The game, with the buttons of the sequence.
        finished: What the tasks told.
    """
    seen = [each for each in finished if each is not None]
    number = len(game.buttons)
    likelihood = [_log_likelihood(best, game.rates(best), seen) for best in range(number)]
    prior = np.full(number, -math.log(number))
    return BestButton(range(number), prior, np.array(likelihood))


def _log_likelihood(best: int, rates: Rates, seen: list[Evidence]) -> float:
    if any(best not in each.candidates for each in seen):
        return -math.inf
    revealed = [each.probabilities for each in seen if each.probabilities]
    hidden = [each.counts for each in seen if not each.probabilities]
    log_density = 0.0
    if revealed:
        joint = math.prod(map(density, revealed[0], rates))
        if not joint or len(set(revealed)) > 1:
            return -math.inf
        rates = tuple((value, value) for value in revealed[0])
        log_density = math.log(joint) - (len(revealed) - 1) * len(rates) * math.log(ROUNDING)
    presses = (_sum(counts) for counts in zip(*hidden, strict=True))
    each = (log_mean(count, rate) for count, rate in zip(presses, rates, strict=False))
    return log_density + math.fsum(each)


def _sum(counts: tuple[Count, ...]) -> Count:
    return sum(paid for paid, _ in counts), sum(unpaid for _, unpaid in counts)


@lru_cache(CACHE_SIZE)
def log_mean(count: Count, interval: Interval) -> float:
    """Natural log of the mean of p^paid (1 - p)^unpaid over a uniform p."""
    paid, unpaid = count
    low, high = interval
    nodes, weights = _rule()
    rates = low + (high - low) * nodes
    with np.errstate(divide="ignore"):
        hits = paid * np.log(rates) if paid else 0.0
        misses = unpaid * np.log1p(-rates) if unpaid else 0.0
    logs = hits + misses + np.log(weights)
    highest = logs.max()
    return float(highest + math.log(np.exp(logs - highest).sum())) if highest > -np.inf else -np.inf


@lru_cache(1)
def _rule() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(NUM_NODES)
    return (nodes + 1) / 2, weights / 2
