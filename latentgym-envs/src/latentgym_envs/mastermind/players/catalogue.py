"""What a player expects of codes who only knows that some published latent holds."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.told import FinishedTask
from latentgym_core.families.distinct_draws import Mask
from latentgym_envs.common.catalogue import catalogue_law, different
from latentgym_envs.mastermind.env import Mastermind
from latentgym_envs.mastermind.latents.fitting import fitting_codes
from latentgym_envs.mastermind.specs import LATENTS

MANY_LAWS = 256  # a law lasts for a task, so this serves as many sequences at once
NUM_GAMES = 16


@lru_cache(MANY_LAWS)
def law_of_catalogue(game: Mastermind, finished: tuple[FinishedTask, ...]) -> Law:
    """The law of the next code after some tasks."""
    codes, sets = _different(game)
    fits = (fitting_codes(game, task) for task in finished)
    return catalogue_law(codes, sets, fits, replacement=True)


@lru_cache(NUM_GAMES)
def _different(game: Mastermind) -> tuple[tuple[tuple[int, ...], ...], Mask]:
    codes = tuple(game.codes())
    return codes, different(_sets(codes))


def _sets(codes: tuple[tuple[int, ...], ...]) -> Iterator[Mask]:
    yield np.ones(len(codes), bool)
    for spec in LATENTS:
        if spec.preset:
            latent = spec.load()(**spec.params)
            yield np.array([latent.accepts(code, latent.value) for code in codes])
