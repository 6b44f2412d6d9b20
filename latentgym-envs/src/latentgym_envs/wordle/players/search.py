"""Which word to guess next."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latentgym_envs.wordle.lexicon import FloatArray, Indices, Lexicon

MAX_CANDIDATES = 1000  # words that answers are counted for; more are thinned out evenly
MAX_GUESSES = 200  # guesses of each kind that are compared
MAX_ANSWERS = 1000  # kinds of marks that are counted as they are
NEGLIGIBLE = 1e-3  # of the largest weight


def most_answers(words: Lexicon, candidates: Indices) -> int:
    """The candidate that can be marked in most ways, if the word is one of the candidates.

    Args:
        words: All words.
        candidates: The words that are left, at least one.

    Returns:
        The first of the best, by its place.
    """
    guesses = _thinned(candidates, MAX_GUESSES)
    listed = [words.words[guess] for guess in guesses.tolist()]
    candidates = _thinned(candidates, MAX_CANDIDATES)
    mass = _mass(words, listed, candidates, np.ones(len(candidates)))
    return int(guesses[(mass > 0).sum(axis=1).argmax()])


def most_information(words: Lexicon, candidates: Indices, weights: FloatArray) -> int:
    """The word, candidate or not, with the largest sum of information and chance to be right.

    Information is the entropy of the marks in nats. A guess that cannot be right may tell more
    than one that can. With two candidates left, the more probable one is best.

    Args:
        words: All words.
        candidates: The words that are left, at least one.
        weights: Probability of each, up to a constant; shape [candidates].

    Returns:
        The first of the best, by its place.
    """
    weighty = weights > NEGLIGIBLE * weights.max()
    candidates, weights = candidates[weighty], weights[weighty]
    if len(candidates) <= 2:
        return int(candidates[weights.argmax()])
    heaviest = candidates[np.argsort(-weights, kind="stable")[:MAX_GUESSES]]
    guesses = np.union1d(_thinned(np.arange(len(words.words)), MAX_GUESSES), heaviest)
    listed = [words.words[guess] for guess in guesses.tolist()]
    score = score_guesses(words, listed, candidates, weights)
    return int(guesses[np.round(score, 9).argmax()])  # rounding errors do not break ties


def score_guesses(
    words: Lexicon, guesses: Sequence[str], candidates: Indices, weights: FloatArray
) -> FloatArray:
    """Information of the marks in nats plus chance to be right.

    Args:
        words: All words that can be right.
        guesses: Words to score, of whatever list.
        candidates: The words that are left, at least one.
        weights: Probability of each, up to a constant; shape [candidates].

    Returns:
        Shape [guesses]. Candidates that weigh next to nothing are left out.
    """
    weighty = weights > NEGLIGIBLE * weights.max()
    candidates, weights = candidates[weighty], weights[weighty] / weights[weighty].sum()
    chance = dict(zip((words.words[each] for each in candidates.tolist()), weights, strict=True))
    candidates, weights = _thinned(candidates, MAX_CANDIDATES), _thinned(weights, MAX_CANDIDATES)
    mass = _mass(words, guesses, candidates, weights / weights.sum())
    logs = np.log(mass, out=np.zeros_like(mass), where=mass > 0)
    right = np.array([chance.get(guess, 0.0) for guess in guesses])
    return np.asarray(right - (mass * logs).sum(axis=1))


def _mass(
    words: Lexicon, guesses: Sequence[str], candidates: Indices, weights: FloatArray
) -> FloatArray:
    """Weight of the candidates behind each answer to each guess, shape [guesses, answers]."""
    answers, number = words.table(guesses, candidates), words.num_answers
    if number > MAX_ANSWERS:  # long words: number the marks that occur
        occurring, places = np.unique(answers, return_inverse=True)
        answers, number = places.reshape(answers.shape), len(occurring)
    rows = np.arange(len(guesses))[:, None] * number
    flat = np.bincount(
        (answers + rows).ravel(),
        np.broadcast_to(weights, answers.shape).ravel(),
        minlength=len(guesses) * number,
    )
    mass: FloatArray = flat.astype(np.float64).reshape(len(guesses), number)
    return mass


def _thinned(words: NDArray[Any], most: int) -> NDArray[Any]:
    return words[:: -(-len(words) // most)]
