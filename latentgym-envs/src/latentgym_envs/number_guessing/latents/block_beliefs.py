"""Exact beliefs about where hidden blocks of numbers start."""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import define

from latentgym_core.contract.beliefs import Beliefs
from latentgym_core.families.beliefs import BITS, FloatArray, Listed
from latentgym_envs.number_guessing.intervals import Evidence
from latentgym_envs.number_guessing.latents.block_law import BlockChain, coverage

MAX_CELLS = 400_000  # of the grid over two starts
REMEMBERED = 64  # a sequence asks for growing evidence, so this serves a few at once


@define(eq=False)
class StartBeliefs(Listed):
    """Where one block starts; values are the starts themselves."""

    def log2_prob(self, z: Any) -> float:
        """Of a placed block."""
        place = z.start - self.values[0]
        inside = 0 <= place < len(self.values)
        return float(self.log_prob[place] / BITS) if inside else -math.inf


def start_beliefs(evidence: Evidence, *, size: int, starts: range) -> StartBeliefs:
    """One block of `size` numbers; its start is uniform at first.

    Args:
        evidence: Where the targets lie, one interval for each task.
        size: Numbers in the block.
        starts: Where it may start.
    """
    likelihood = np.zeros(len(starts))
    with np.errstate(divide="ignore"):
        for interval in evidence:
            share = coverage(interval, np.arange(starts.start, starts.stop), size)
            width = min(size, interval[1] - interval[0] + 1)
            likelihood += np.log(share) + math.log(width / size)
    prior = np.full(len(starts), -math.log(len(starts)))
    return StartBeliefs(starts, prior, likelihood)


@define(eq=False, slots=False)
class PairBeliefs(Beliefs):
    """Where two blocks start, on a grid of every `step`-th pair of starts.

    The entropy is that of a density: of the grid's cells plus the log of the pairs in a cell.

    Attributes:
        first: Starts of the left block on the grid, shape [F].
        second: Starts of the right block, shape [S].
        log_prior: Natural log of the prior of each pair, `-inf` where blocks are too close; [F, S].
        likelihood: P(evidence | pair), shape [F, S].
        step: Distance of neighbours on the grid.
    """

    first: FloatArray
    second: FloatArray
    log_prior: FloatArray
    likelihood: FloatArray
    step: int

    @property
    def posterior(self) -> FloatArray:
        """Probability of each cell, shape [F, S]."""
        joint = np.exp(self.log_prior) * self.likelihood
        total = joint.sum()
        return np.asarray(joint / total) if total else joint

    @property
    def log_evidence(self) -> float:
        """Log of the likelihood's mean under the prior."""
        total = float((np.exp(self.log_prior) * self.likelihood).sum())
        return math.log(total) if total else -math.inf

    @property
    def entropy(self) -> float:
        """- sum p log2 p over all pairs of starts."""
        held = self.posterior
        held = held[held > 0]
        return max(0.0, -float((held * np.log2(held)).sum()) + 2 * math.log2(self.step))

    def log2_prob(self, z: tuple[int, ...]) -> float:
        """Of two starts, as the cell that holds them."""
        row = round((z[0] - self.first[0]) / self.step)
        column = round((z[1] - self.second[0]) / self.step)
        row, column = min(row, len(self.first) - 1), min(column, len(self.second) - 1)
        share = float(self.posterior[row, column])
        return math.log2(share) - 2 * math.log2(self.step) if share else -math.inf

    def information_since(self, before: "PairBeliefs") -> float:
        """KL on the same grid."""
        now, then = self.posterior, before.posterior
        held = now > 0
        return max(0.0, float((now[held] * np.log2(now[held] / then[held])).sum()))


def pair_beliefs(evidence: Evidence, chain: BlockChain) -> PairBeliefs:
    """Two blocks, each equally likely to hold a target.

    Args:
        evidence: Where the targets lie, one interval for each task.
        chain: Law of the starts.
    """
    first, second, log_prior, step = _grid(chain)
    return PairBeliefs(first, second, log_prior, _likelihood(evidence, chain), step)


@lru_cache(4)
def _grid(chain: BlockChain) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    last_first, last_second = chain.last_starts
    lowest = chain.low + chain.gap
    pairs = (last_first - chain.low + 1) * (last_second - lowest + 1)
    step = max(1, math.ceil(math.sqrt(pairs / MAX_CELLS)))
    first = np.arange(chain.low, last_first + 1, step, dtype=np.float64)
    second = np.arange(lowest, last_second + 1, step, dtype=np.float64)
    choices = last_second - (first + chain.gap) + 1
    apart = second[None, :] >= first[:, None] + chain.gap
    with np.errstate(divide="ignore"):
        density = np.where(apart, 1 / choices[:, None], 0.0)
        log_prior = np.log(density / density.sum())
    return first, second, log_prior, step


@lru_cache(REMEMBERED)
def _likelihood(evidence: Evidence, chain: BlockChain) -> FloatArray:
    first, second, _, _ = _grid(chain)
    if not evidence:
        return np.ones((len(first), len(second)))
    interval = evidence[-1]
    width = min(chain.size, interval[1] - interval[0] + 1)

    def share(starts: FloatArray) -> FloatArray:
        return coverage(interval, starts, chain.size) * (width / chain.size / 2)

    mean = share(first)[:, None] + share(second)[None, :]
    return np.asarray(_likelihood(evidence[:-1], chain) * mean)
