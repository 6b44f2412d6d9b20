"""Which codes a task may have hidden, for exact beliefs about the latent."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latentgym_core.contract.told import FinishedTask
from latentgym_envs.mastermind.clues import known_moves
from latentgym_envs.mastermind.env import Mastermind
from latentgym_envs.mastermind.space import CodeSpace, Moves, Shape, build_space, shape_of

NUM_SPACES = 4
NUM_CLUES = 4096  # moves change with every turn, so this serves a few sequences


def fitting_codes(game: Mastermind, told: FinishedTask) -> NDArray[np.bool_]:
    """The codes, in lexicographic order, that would have been answered as a task was."""
    shape = game.code_length, game.num_numbers, game.duplicates_allowed
    if shape_of(told.visible) != shape:  # a given task of another shape
        return np.zeros(game.num_codes, bool)
    return _fitting(shape, known_moves(told))


@lru_cache(NUM_SPACES)
def _space(shape: Shape) -> CodeSpace:
    return build_space(shape)


@lru_cache(NUM_CLUES)
def _fitting(shape: Shape, moves: Moves) -> NDArray[np.bool_]:
    space = _space(shape)
    mask = np.zeros(len(space.guesses), bool)
    mask[space.consistent(moves)] = True
    return mask
