"""What to guess next, where the answer tells how a guess compares with what a pool hides."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from latentgym_core.families.beliefs import FloatArray

Indices = NDArray[np.intp]
"""What can be guessed, by its place in the pool."""
MAX_ANSWERS = 1000  # kinds of answers that are counted as they are
NEGLIGIBLE = 1e-3  # of the largest weight


class Pool(Protocol):
    """All that can be hidden, and how guesses are answered."""

    @property
    def guesses(self) -> Sequence[Any]:
        """All that can be hidden, in a fixed order."""

    @property
    def places(self) -> Mapping[Any, int]:
        """Guess to its place in `guesses`."""

    @property
    def num_answers(self) -> int:
        """Answers are numbers below this."""

    @property
    def max_candidates(self) -> int:
        """Candidates that answers are counted for; more are thinned out evenly."""

    @property
    def max_guesses(self) -> int:
        """Guesses of each kind that are compared by information."""

    @property
    def max_blind_guesses(self) -> int:
        """Guesses that are compared by the number of answers."""

    def __hash__(self) -> int:
        """Pools are kept as keys."""

    def table(self, guesses: Iterable[Any], candidates: Indices) -> NDArray[Any]:
        """What each guess would be answered for each candidate, shape [guesses, candidates]."""

    def consistent(self, moves: Any) -> Indices:
        """What would have been answered so every time, in order."""


def most_answers(pool: Pool, candidates: Indices) -> Hashable:
    """The candidate that can be answered in most ways, if the hidden one is a candidate.

    Args:
        pool: All that can be hidden.
        candidates: What is left, at least one.

    Returns:
        The first of the best.
    """
    guesses = _listed(pool, _thinned(candidates, pool.max_blind_guesses))
    candidates = _thinned(candidates, pool.max_candidates)
    mass = _mass(pool, guesses, candidates, np.ones(len(candidates)))
    best: Hashable = guesses[int((mass > 0).sum(axis=1).argmax())]
    return best


def most_information(pool: Pool, candidates: Indices, weights: FloatArray) -> Hashable:
    """The guess, candidate or not, with the largest sum of information and chance to be right.

    Information is the entropy of the answer in nats. A guess that cannot be right may tell more
    than one that can. With two candidates left, the more probable one is best.

    Args:
        pool: All that can be hidden.
        candidates: What is left, at least one.
        weights: Probability of each, up to a constant; shape [candidates].

    Returns:
        The first of the best.
    """
    weighty = weights > NEGLIGIBLE * weights.max()
    candidates, weights = candidates[weighty], weights[weighty]
    if len(candidates) <= 2:
        likelier: Hashable = pool.guesses[int(candidates[weights.argmax()])]
        return likelier
    heaviest = candidates[np.argsort(-weights, kind="stable")[: pool.max_guesses]]
    every = _thinned(np.arange(len(pool.guesses)), pool.max_guesses)
    guesses = _listed(pool, np.union1d(every, heaviest))
    score = score_guesses(pool, guesses, candidates, weights)
    best: Hashable = guesses[int(np.round(score, 9).argmax())]  # rounding errors do not break ties
    return best


def score_guesses(
    pool: Pool, guesses: Sequence[Any], candidates: Indices, weights: FloatArray
) -> FloatArray:
    """Information of the answer in nats plus chance to be right.

    Args:
        pool: All that can be hidden.
        guesses: What to score; some of it may be in no pool.
        candidates: What is left, at least one.
        weights: Probability of each, up to a constant; shape [candidates].

    Returns:
        Shape [guesses]. Candidates that weigh next to nothing are left out.
    """
    weighty = weights > NEGLIGIBLE * weights.max()
    candidates, weights = candidates[weighty], weights[weighty] / weights[weighty].sum()
    chance = dict(zip(_listed(pool, candidates), weights.tolist(), strict=True))
    candidates = _thinned(candidates, pool.max_candidates)
    weights = _thinned(weights, pool.max_candidates)
    mass = _mass(pool, guesses, candidates, weights / weights.sum())
    logs = np.log(mass, out=np.zeros_like(mass), where=mass > 0)
    right = np.array([chance.get(guess, 0.0) for guess in guesses])
    return np.asarray(right - (mass * logs).sum(axis=1))


def _mass(
    pool: Pool, guesses: Sequence[Any], candidates: Indices, weights: FloatArray
) -> FloatArray:
    """Weight of the candidates behind each answer to each guess, shape [guesses, answers]."""
    answers, number = pool.table(guesses, candidates), pool.num_answers
    if number > MAX_ANSWERS:  # number the answers that occur
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


def _listed(pool: Pool, places: Indices) -> list[Any]:
    return [pool.guesses[place] for place in places.tolist()]


def _thinned(places: NDArray[Any], most: int) -> NDArray[Any]:
    return places[:: -(-len(places) // most)]
