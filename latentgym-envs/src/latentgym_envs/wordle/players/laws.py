"""What a player can expect of the next word: the laws words may follow, and what tasks tell.

A law is a set S_v of words. Its tasks are drawn from the words of S_v that no earlier task hid, or
from all of S_v once every word was hidden. With F_t the words that fit the marks of task t, and
L_v the words of S_v that are left when task t is drawn,

    P(v | tasks)  ∝  prod_t |L_v ∩ F_t| / |L_v|

under a uniform prior, and the next word has the law sum_v P(v | tasks) [w ∈ L_v] / |L_v|. This is
exact while every word was found or revealed; a word that stayed hidden (F_t has several words) is
taken for one that may come again.
"""

from collections.abc import Iterable

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from latentgym_core.contract.told import FinishedTask
from latentgym_envs.wordle.clues import known_moves
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.latents.word_filter import WordFilter
from latentgym_envs.wordle.lexicon import FloatArray, Indices, Lexicon, Move
from latentgym_envs.wordle.specs import LATENTS

Evidence = tuple[tuple[Move, ...], ...]
"""The moves of earlier tasks, in order; a word that is known is one move with all marks right."""
Masks = NDArray[np.bool_]


@frozen(eq=False)
class Laws:
    """Laws that are held possible, all equally likely at first.

    Attributes:
        masks: The words of each law, shape [laws, words].
    """

    masks: Masks


@frozen(eq=False)
class Expectation:
    """What is expected of the next word.

    Attributes:
        words: Probability of each word, shape [words]; all zero if every law is refuted.
    """

    words: FloatArray


def law_of(latent: WordFilter, value: str, game: Wordle, words: Lexicon) -> Laws:
    """The one law of a known value."""
    return Laws(_stacked([_mask(latent, value, game, words)], words))


def laws_of_family(latent: WordFilter, game: Wordle, words: Lexicon) -> Laws:
    """The laws of a family: of every value that it draws from, also where a preset fixes one.

    Values that leave too few words are dropped, and those that leave the same words count once.
    """
    least = max(1, latent.min_pool)
    masks = (_mask(latent, value, game, words) for value in latent.values())
    return Laws(_stacked((each for each in masks if each.sum() >= least), words))


def laws_of_catalogue(game: Wordle, words: Lexicon) -> Laws:
    """The different laws among the published presets, and that there is none."""
    masks = [np.ones(len(words.words), bool)]
    for spec in LATENTS:
        if spec.preset:
            latent = spec.load()(**spec.params)
            masks.append(_mask(latent, latent.value, game, words))
    return Laws(_stacked(masks, words))


def predict(words: Lexicon, laws: Laws, evidence: Evidence) -> Expectation:
    """The law of the next word."""
    weights = np.full(len(laws.masks), 1 / max(1, len(laws.masks)))
    used = np.zeros(len(words.words), bool)
    for moves in evidence:
        fitting, left = words.consistent(moves), _left(laws, used)
        weights *= left[:, fitting].sum(axis=1) / left.sum(axis=1)
        weights /= weights.sum() or 1
        if len(fitting) == 1:
            used[fitting] = True
    left = _left(laws, used)
    return Expectation((weights / left.sum(axis=1)) @ left)


def expect(words: Lexicon, law: tuple[tuple[str, float], ...]) -> Expectation:
    """The same, given the probability of each word that is possible."""
    expected = np.zeros(len(words.words))
    for word, probability in law:
        expected[words.places[word]] = probability
    return Expectation(expected)


def evidence_of(finished: tuple[FinishedTask, ...], length: int) -> Evidence:
    """The evidence of finished tasks with words of a length, in their order."""
    return tuple(known_moves(task) for task in finished if task.visible["word_length"] == length)


def _left(laws: Laws, used: Masks) -> Masks:
    """The words that the next task may hide under each law, shape [laws, words]."""
    left = laws.masks & ~used
    spent = ~left.any(axis=1)
    left[spent] = laws.masks[spent]
    return left


def _mask(latent: WordFilter, value: str, game: Wordle, words: Lexicon) -> Masks:
    members: Indices = np.array([words.places[each] for each in latent.members(game, value)], int)
    mask = np.zeros(len(words.words), bool)
    mask[members] = True
    return mask


def _stacked(masks: Iterable[Masks], words: Lexicon) -> Masks:
    """The different masks that hold a word, shape [masks, words]."""
    different = {mask.tobytes(): mask for mask in masks if mask.any()}
    return np.array([*different.values()], bool).reshape(len(different), len(words.words))
