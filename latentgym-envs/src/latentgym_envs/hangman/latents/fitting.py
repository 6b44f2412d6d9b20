"""Which words a task may have hidden, for exact beliefs about the latent."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latentgym_core.contract.told import FinishedTask
from latentgym_envs.hangman.clues import Clue, learned
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.lexicon import Mask, lexicon
from latentgym_envs.words import words

NUM_LENGTHS = 64
NUM_CLUES = 1024  # clues change with every turn, so this serves a few sequences


def fitting_words(game: Hangman, told: FinishedTask) -> Mask:
    """The words of the pool, in its order, that would have led to what a task told."""
    return _fitting(game.pool, learned(told))


@lru_cache(NUM_CLUES)
def _fitting(pool: str, clue: Clue) -> Mask:
    length = len(clue.board)
    mask = np.zeros(len(words(pool)), bool)
    mask[_places(pool, length)[lexicon(pool, length).fitting(clue)]] = True
    return mask


@lru_cache(NUM_LENGTHS)
def _places(pool: str, length: int) -> NDArray[np.intp]:
    """Where the words of a length stand in the pool."""
    return np.flatnonzero([len(word) == length for word in words(pool)])
