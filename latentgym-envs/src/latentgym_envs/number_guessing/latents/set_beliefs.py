"""Exact beliefs about the set of `set_of_k`, however many sets there are.

z is a k-subset of low..high, uniform; every target is uniform over z. With D the known targets
(T of them, repeats counted) and intervals I_1..I_J of tasks whose target is not known,

    P(evidence | z) = [z ⊇ D] · k^-(T + J) · |z ∩ I_1| ⋯ |z ∩ I_J|.

The ends of the intervals cut the range into cells, and the likelihood depends only on how many of
the unknown members fall into each cell: sums run over those counts instead of over sets.
"""

import math
from collections.abc import Iterator
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from attrs import define
from numpy.typing import NDArray

from latentgym_core.contract.beliefs import Beliefs
from latentgym_core.families.beliefs import BITS, FloatArray
from latentgym_envs.number_guessing.intervals import Evidence, Interval
from latentgym_envs.number_guessing.latents.set_law import Cell, cells_of

MAX_SPREADS = 200_000  # ways to spread unknown members over cells


@define(eq=False, slots=False)
class SetBeliefs(Beliefs):
    """What is known of the set.

    Attributes:
        k: Members of the set.
        low: Smallest number.
        high: Largest number.
        evidence: Where the targets lie, one interval for each task.
    """

    k: int
    low: int
    high: int
    evidence: Evidence

    @property
    def known(self) -> frozenset[int]:
        """Members that are known."""
        return frozenset(first for first, last in self.evidence if first == last)

    @property
    def feasible(self) -> bool:
        """Whether there are few enough ways to spread the unknown members."""
        unknown = self.k - len(self.known)
        return unknown < 0 or math.comb(len(self._cells) + unknown - 1, unknown) <= MAX_SPREADS

    @property
    def log_evidence(self) -> float:
        """Natural log of P(evidence): a target is uniform over the set."""
        total = self._weights.sum()
        if total == 0:
            return -math.inf
        sets = math.comb(self.high - self.low + 1, self.k)
        return math.log(total) - math.log(sets) - len(self.evidence) * math.log(self.k)

    @property
    def entropy(self) -> float:
        """- sum over sets of P log2 P; sets of one spread are equally likely."""
        share = self._weights / self._weights.sum()
        held = share > 0
        each = np.log2(share[held]) - np.log2(self._numbers[held])
        return max(0.0, -float((share[held] * each).sum()))

    def log2_prob(self, z: tuple[int, ...]) -> float:
        """Of one set."""
        inside = [sum(first <= value <= last for value in z) for first, last in self._intervals]
        total = self._weights.sum()
        if not self.known.issubset(z) or not all(inside) or total == 0:
            return -math.inf
        return math.log2(math.prod(inside)) - math.log2(total)

    def information_since(self, before: "SetBeliefs") -> float:
        """KL to earlier beliefs; their cells are unions of these."""
        share = self._weights / self._weights.sum()
        held = share > 0
        then = self._likelihood(before._intervals)  # noqa: SLF001 - of this very class
        now = self._likelihood(self._intervals)
        change = np.log(now[held]) - np.log(then[held])
        scale = math.log(self._weights.sum()) - math.log(before._weights.sum())  # noqa: SLF001
        return max(0.0, (float((share[held] * change).sum()) - scale) / BITS)

    @property
    def _intervals(self) -> tuple[Interval, ...]:
        """Of the targets that are not known."""
        return tuple(each for each in self.evidence if each[0] < each[1])

    @cached_property
    def _cells(self) -> list[Cell]:
        return cells_of(list(self._intervals), set(self.known), self.low, self.high)

    @cached_property
    def _spreads(self) -> NDArray[np.int64]:
        """Unknown members in each cell, shape [spreads, cells]."""
        unknown = self.k - len(self.known)
        rows = np.array(list(_spread(len(self._cells), unknown)), dtype=np.int64)
        return rows.reshape(-1, len(self._cells))

    @cached_property
    def _numbers(self) -> FloatArray:
        """How many sets each spread stands for, shape [spreads]."""
        sizes = [cell.unseen for cell in self._cells]
        most = max(0, self.k - len(self.known)) + 1
        ways = np.array([[math.comb(size, n) for n in range(most)] for size in sizes], dtype=float)
        return np.asarray(ways[np.arange(len(sizes)), self._spreads].prod(axis=1))

    @cached_property
    def _weights(self) -> FloatArray:
        """Sets of each spread times their likelihood, up to a power of k; shape [spreads]."""
        if len(self.known) > self.k:
            return np.zeros(1)
        return self._numbers * self._likelihood(self._intervals)

    def _likelihood(self, intervals: tuple[Interval, ...]) -> FloatArray:
        """Product of the members inside some intervals, shape [spreads]."""
        product = np.ones(len(self._spreads))
        for first, last in intervals:
            inside = [first <= cell.start and cell.stop <= last + 1 for cell in self._cells]
            known = sum(first <= value <= last for value in self.known)
            product *= self._spreads[:, inside].sum(axis=1) + known
        return product


def _spread(num_cells: int, members: int) -> Iterator[list[int]]:
    for chosen in combinations_with_replacement(range(num_cells), max(0, members)):
        row = [0] * num_cells
        for cell in chosen:
            row[cell] += 1
        yield row
