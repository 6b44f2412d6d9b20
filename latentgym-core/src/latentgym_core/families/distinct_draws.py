r"""Draws without replacement, of each of which a set is known that it lies in.

Draw t = 0, 1, … under value v takes any member of S_v that no earlier draw took; when all |S_v|
were taken, any member at all from then on. Of each draw a set F_t of candidates is known. The
probability of the first c = min(T, |S_v|) draws is the number of ways to pick different members,
one from each S_v ∩ F_t, over |S_v| (|S_v| - 1) ⋯ (|S_v| - c + 1). Candidates that are known to have
been drawn (|F_t| = 1) are struck from the other sets. With U the draws that are left open,

    ways(U)  =  sum over B, last(U) ∈ B ⊆ U, of  (-1)^(|B|-1) (|B|-1)! |S_v ∩ F(B)| ways(U \ B),

where F(B) is what the sets of B have in common: inclusion and exclusion over the draws that
coincide with the last one. The cost grows as 3^|U|.
"""

import math
from functools import cached_property, lru_cache

import numpy as np
from attrs import define, evolve
from numpy.typing import NDArray

from latentgym_core.families.beliefs import FloatArray

Mask = NDArray[np.bool_]
MAX_OPEN = 10  # open draws that are told apart; a further one may coincide with them
NUM_SUBSETS = 1024  # of so many


@define(eq=False, slots=False)
class Draws:
    """What is known after some draws, for every value; immutable.

    Attributes:
        members: The candidates of each value, shape [V, n].
        sizes: How many they are, shape [V].
        log_likelihood: Natural log of the probability of the draws, shape [V].
        num_draws: Draws so far, T.
        num_seen: Those of which anything is known; the others are as if they came after these.
        known: Candidates that are known to have been drawn, shape [n].
        sets: What is known of the open draws, shape [U, n].
        log_spare: Natural log of the ways of draws beyond `MAX_OPEN`, shape [V].
    """

    members: FloatArray
    sizes: FloatArray
    log_likelihood: FloatArray
    num_draws: int
    num_seen: int
    known: Mask
    sets: Mask
    log_spare: FloatArray

    @classmethod
    def begin(cls, members: Mask) -> "Draws":
        """Before the first draw.

        Args:
            members: The candidates of each value, at least one, shape [V, n].
        """
        values, candidates = members.shape
        return cls(
            members=members.astype(np.float64),
            sizes=members.sum(axis=1).astype(np.float64),
            log_likelihood=np.zeros(values),
            num_draws=0,
            num_seen=0,
            known=np.zeros(candidates, bool),
            sets=np.zeros((0, candidates), bool),
            log_spare=np.zeros(values),
        )

    def unseen(self) -> "Draws":
        """One more draw, of which nothing is known."""
        return evolve(self, num_draws=self.num_draws + 1)

    def after(self, fits: Mask) -> "Draws":
        """One more draw.

        Args:
            fits: The candidates it may have been, shape [n].
        """
        drawn, number = self._with(fits)
        with np.errstate(divide="ignore", invalid="ignore"):
            fresh = np.log(number) + drawn.log_spare - _log_orders(self.sizes, self.num_seen + 1)
            again = self.log_likelihood + np.log(self.members @ fits) - np.log(self.sizes)
        fresh[np.isneginf(self.log_likelihood)] = -np.inf  # what is refuted stays so
        likelihood = np.where(self.sizes > self.num_draws, fresh, again)
        drawn = evolve(drawn, num_seen=self.num_seen + 1, log_likelihood=likelihood)
        return drawn.unseen()

    @cached_property
    def next_law(self) -> FloatArray:
        """Probability of each candidate to be drawn next, for every value; shape [V, n].

        As in `ways`, with the next draw as the last one and the set {w} known of it.
        """
        everything = len(self._ways) - 1
        together, signs = _subsets(everything)
        ways = self._ways[everything - together] * signs[:, None]
        fresh = (ways.T @ self._common[together]) * self.members
        fresh = np.where(fresh > 0.5, fresh, 0.0)  # ways are whole numbers
        left = np.where((self.sizes > self.num_draws)[:, None], fresh, self.members)
        return np.asarray(left / np.maximum(left.sum(axis=1, keepdims=True), 1))

    def _with(self, fits: Mask) -> tuple["Draws", FloatArray]:
        """With one more set, and the number of ways, shape [V], of all open draws."""
        if fits.sum() == 1:
            return self._with_known(fits)
        if len(self.sets) < MAX_OPEN:
            sizes = self._common[:, fits].astype(np.float64) @ self.members[:, fits].T
            ways = _coinciding(sizes, self._ways, len(self._ways) - 1)
            return evolve(self, sets=np.vstack((self.sets, fits))), self._lawful(ways)
        return self._with_spare(fits), self._lawful(self._ways[-1])

    def _with_known(self, fits: Mask) -> tuple["Draws", FloatArray]:
        drawn = evolve(self, known=self.known | fits)
        ways = drawn._lawful(drawn._ways[-1])  # noqa: SLF001 - of this very class
        return drawn, np.zeros(len(ways)) if (self.known & fits).any() else ways

    def _with_spare(self, fits: Mask) -> "Draws":
        """As if it could coincide with the open draws, but with none that is known."""
        free = self.members * ~self.known
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.log(free @ fits) - np.log(free.sum(axis=1))
            order = np.log(self.sizes - self.num_seen)
        return evolve(self, log_spare=self.log_spare + share + order)

    def _lawful(self, ways: FloatArray) -> FloatArray:
        """No ways for values that some known candidate does not belong to."""
        belongs = self.members @ self.known == self.known.sum()
        return np.asarray(np.where(belongs & (ways > 0.5), ways, 0.0))  # ways are whole numbers

    @cached_property
    def _common(self) -> Mask:
        """What the sets of every subset of the open draws have in common, shape [2^U, n]."""
        common = np.repeat(~self.known[None, :], 2 ** len(self.sets), axis=0)
        for place, fits in enumerate(self.sets):
            common[np.arange(len(common)) >> place & 1 == 1] &= fits
        return common

    @cached_property
    def _ways(self) -> FloatArray:
        """Ways to pick different members for every subset of the open draws, shape [2^U, V]."""
        sizes = self._common.astype(np.float64) @ self.members.T
        ways = np.ones_like(sizes)
        for place in range(len(self.sets)):
            bit = 1 << place
            for others in range(bit):
                ways[bit + others] = _coinciding(sizes[bit:], ways, others)
        return ways


def _coinciding(sizes: FloatArray, ways: FloatArray, others: int) -> FloatArray:
    """Ways for some open draws and a last one, which may coincide with any of the others.

    Args:
        sizes: Members that the last draw has in common with each subset, shape [subsets, V].
        ways: Ways for each subset, shape [subsets, V].
        others: The subset that is not the last draw.
    """
    together, signs = _subsets(others)
    number: FloatArray = (signs[:, None] * sizes[together] * ways[others - together]).sum(axis=0)
    return number


@lru_cache(NUM_SUBSETS)
def _subsets(subset: int) -> tuple[NDArray[np.intp], FloatArray]:
    """All parts B of a subset, and (-1)^|B| |B|! of each."""
    parts = [part for part in range(subset + 1) if part & subset == part]
    counts = [part.bit_count() for part in parts]
    signs = [(-1.0) ** count * math.factorial(count) for count in counts]
    return np.array(parts, dtype=np.intp), np.array(signs)


def _log_orders(sizes: FloatArray, draws: int) -> FloatArray:
    """Natural log of s (s - 1) ⋯ (s - draws + 1)."""
    total: FloatArray = np.log(sizes[:, None] - np.arange(draws)).sum(axis=1)
    return total
