"""Exact inference over the values of a filter family.

With S_v the words that have property v, every word of a task is uniform over the S_v of the
sequence's z = v, independently of the others. With F_t the words that fit what is known of task t,

    P(v | clues)  ∝  prod_t |S_v ∩ F_t| / |S_v|,

under a uniform prior over the values that leave any word. The next word then has the mixture law
P(w | clues) = sum_v P(v | clues) [w ∈ S_v] / |S_v|, and a clue on it only cuts this law down.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define

from latentgym_core.families.filters import FilterLatent
from latentgym_envs.hangman.clues import Clue
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.lexicon import Mask, Weights, lexicon


@define(eq=False, slots=False)
class Hypotheses:
    """The values of a family that leave any word; V of them.

    Attributes:
        pool: Name of the word list.
        members: The words of each value.
    """

    pool: str
    members: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, latent: FilterLatent[Any], game: Hangman, values: Iterable[Any]) -> "Hypotheses":
        """Those of the given values that leave enough words in a game."""
        found = (latent.members(game, value) for value in values)
        least = max(1, latent.min_pool)
        return cls(game.pool, tuple(frozenset(each) for each in found if len(each) >= least))

    @cached_property
    def sizes(self) -> Weights:
        """Words of each value; shape [V]."""
        return np.array([len(each) for each in self.members], float)

    @cached_property
    def _masks(self) -> dict[int, Mask]:
        return {}

    def mask(self, length: int) -> Mask:
        """Which words of a length each value has; shape [V, n]."""
        if length not in self._masks:
            listed = lexicon(self.pool, length).words
            rows = [[word in each for word in listed] for each in self.members]
            self._masks[length] = np.array(rows, bool).reshape(len(rows), len(listed))
        return self._masks[length]

    def posterior(self, clues: Sequence[Clue]) -> Weights | None:
        """Probability of each value given earlier tasks, shape [V]; None if all are refuted."""
        if not self.members:
            return None
        log = np.zeros(len(self.members))
        for clue in clues:
            length = len(clue.board)
            fitting = lexicon(self.pool, length).fitting(clue)
            counts = np.count_nonzero(self.mask(length)[:, fitting], axis=1)
            with np.errstate(divide="ignore"):
                log += np.log(counts / self.sizes)
        if log.max() == -np.inf:
            return None
        likelihood = np.exp(log - log.max())
        posterior: Weights = likelihood / likelihood.sum()
        return posterior

    def predictive(self, posterior: Weights, length: int) -> Weights:
        """Law of the next word restricted to a length; shape [n], sums to P(length)."""
        law: Weights = (posterior / self.sizes) @ self.mask(length)
        return law
