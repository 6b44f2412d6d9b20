"""Which words a task may have hidden, for exact beliefs about the latent."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latentgym_core.contract.told import FinishedTask
from latentgym_envs.wordle.clues import known_moves
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.lexicon import Move, lexicon
from latentgym_envs.wordle.pools import Pool

NUM_CLUES = 1024  # moves change with every turn, so this serves a few sequences


def fitting_words(game: Wordle, told: FinishedTask) -> NDArray[np.bool_]:
    """The words of the pool, in its order, that would have been marked as a task was."""
    if told.visible["word_length"] != game.word_length:  # a given task of another shape
        return np.zeros(len(game.candidates()), bool)
    return _fitting(game.pool, game.word_length, known_moves(told))


@lru_cache(NUM_CLUES)
def _fitting(pool: Pool, length: int, moves: tuple[Move, ...]) -> NDArray[np.bool_]:
    listed = lexicon(pool, length)
    mask = np.zeros(len(listed.guesses), bool)
    mask[listed.consistent(moves)] = True
    return mask
