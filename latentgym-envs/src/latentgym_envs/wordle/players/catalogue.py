"""What a player expects of words who only knows that some published latent holds."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.told import FinishedTask
from latentgym_core.families.distinct_draws import Mask
from latentgym_envs.common.catalogue import catalogue_law, different
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.latents.fitting import fitting_words
from latentgym_envs.wordle.lexicon import lexicon
from latentgym_envs.wordle.specs import LATENTS

MANY_LAWS = 256  # a law lasts for a task, so this serves as many sequences at once
NUM_GAMES = 16


@lru_cache(MANY_LAWS)
def law_of_catalogue(game: Wordle, finished: tuple[FinishedTask, ...]) -> Law:
    """The law of the next word after some tasks."""
    words = lexicon(game.pool, game.word_length)
    fits = (fitting_words(game, task) for task in finished)
    return catalogue_law(words.guesses, _different(game), fits, replacement=False)


@lru_cache(NUM_GAMES)
def _different(game: Wordle) -> Mask:
    return different(_sets(game))


def _sets(game: Wordle) -> Iterator[Mask]:
    words = lexicon(game.pool, game.word_length)
    yield np.ones(len(words.guesses), bool)
    for spec in LATENTS:
        if spec.preset:
            latent = spec.load()(**spec.params)
            mask = np.zeros(len(words.guesses), bool)
            mask[[words.places[each] for each in latent.members(game, latent.value)]] = True
            yield mask
