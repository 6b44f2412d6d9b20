"""How likely presses are under a law of the payoffs, and what they leave of it."""

import math
from functools import lru_cache

import numpy as np

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.told import Upcoming
from latentgym_core.families.beliefs import FloatArray
from latentgym_envs.bandits.clues import Likelihood, counts_of
from latentgym_envs.bandits.rates import Count, Counts, Interval, Payoffs

NUM_NODES = 128  # Gauss-Legendre: exact up to 255 presses of one button
CACHE_SIZE = 1 << 14
MANY_CHANCES = 1 << 14
_likelihood = Likelihood()  # what it keeps are integrals, the same for everybody


def after_presses(law: Law, upcoming: Upcoming) -> Law:
    """The law after the presses of the task itself."""
    if not upcoming.turns:
        return law
    counts = counts_of(upcoming.turns, upcoming.visible["buttons"])
    chances = [share * chance_of(counts, payoffs) for payoffs, share in _pairs(law)]
    return Law.of(law.values, chances)


@lru_cache(MANY_CHANCES)
def chance_of(counts: Counts, payoffs: Payoffs) -> float:
    """Probability of the presses of one task, in the order in which they paid."""
    if not payoffs.pressed:
        return _likelihood.of_counts(counts, payoffs.rates)
    log = 0.0
    for now, before, rate in zip(counts, payoffs.pressed, payoffs.rates, strict=True):
        if now != (0, 0):
            log += log_mean(added(now, before), rate) - log_mean(before, rate)
    return math.exp(log)


def added(one: Count, other: Count) -> Count:
    """Presses of two tasks together."""
    return one[0] + other[0], one[1] + other[1]


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


def _pairs(law: Law) -> list[tuple[Payoffs, float]]:
    values = [each for each in law.values if isinstance(each, Payoffs)]
    return list(zip(values, law.probabilities.tolist(), strict=True))
