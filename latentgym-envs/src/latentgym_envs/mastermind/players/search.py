"""Which code to guess next."""

import numpy as np

from latentgym_envs.mastermind.space import CodeSpace, FloatArray, Indices

MAX_CANDIDATES = 2000  # codes that answers are counted for; more are thinned out evenly
MAX_GUESSES = 400  # guesses that are compared by information, and candidates among them
NEGLIGIBLE = 1e-3  # of the largest weight


def most_answers(space: CodeSpace, candidates: Indices) -> int:
    """The candidate that can be answered in most ways, if the code is one of the candidates.

    Args:
        space: All codes.
        candidates: The codes that are left, at least one.

    Returns:
        The first of the best, by its place.
    """
    candidates = _thinned(candidates, MAX_CANDIDATES)
    mass = _mass(space, candidates, candidates, np.ones(len(candidates)))
    return int(candidates[(mass > 0).sum(axis=1).argmax()])


def most_information(space: CodeSpace, candidates: Indices, weights: FloatArray) -> int:
    """The code, candidate or not, with the largest sum of information and chance to be right.

    Information is the entropy of the answer in nats. A guess that cannot be right may tell more
    than one that can. With two candidates left, the more probable one is best.

    Args:
        space: All codes.
        candidates: The codes that are left, at least one.
        weights: Probability of each, up to a constant; shape [candidates].

    Returns:
        The first of the best, by its place.
    """
    weighty = weights > NEGLIGIBLE * weights.max()
    candidates, weights = candidates[weighty], weights[weighty]
    if len(candidates) <= 2:
        return int(candidates[weights.argmax()])
    heaviest = candidates[np.argsort(-weights, kind="stable")[:MAX_GUESSES]]
    guesses = np.union1d(_thinned(np.arange(len(space.codes)), MAX_GUESSES), heaviest)
    score = score_guesses(space, guesses, candidates, weights)
    return int(guesses[np.round(score, 9).argmax()])  # rounding errors do not break ties


def score_guesses(
    space: CodeSpace, guesses: Indices, candidates: Indices, weights: FloatArray
) -> FloatArray:
    """Information of the answer in nats plus chance to be right.

    Args:
        space: All codes.
        guesses: Codes to score.
        candidates: The codes that are left, at least one.
        weights: Probability of each, up to a constant; shape [candidates].

    Returns:
        Shape [guesses]. Candidates that weigh next to nothing are left out.
    """
    weighty = weights > NEGLIGIBLE * weights.max()
    candidates, weights = candidates[weighty], weights[weighty]
    chance = np.zeros(len(space.codes))
    chance[candidates] = weights / weights.sum()
    candidates = _thinned(candidates, MAX_CANDIDATES)
    mass = _mass(space, guesses, candidates, chance[candidates] / chance[candidates].sum())
    logs = np.log(mass, out=np.zeros_like(mass), where=mass > 0)
    return np.asarray(chance[guesses] - (mass * logs).sum(axis=1))


def _mass(
    space: CodeSpace, guesses: Indices, candidates: Indices, weights: FloatArray
) -> FloatArray:
    """Weight of the candidates behind each answer to each guess, shape [guesses, answers]."""
    answers = space.answers(guesses, candidates)
    rows = np.arange(len(guesses))[:, None] * space.num_answers
    mass = np.bincount(
        (answers + rows).ravel(),
        np.broadcast_to(weights, answers.shape).ravel(),
        minlength=len(guesses) * space.num_answers,
    )
    return mass.reshape(len(guesses), space.num_answers).astype(np.float64, copy=False)


def _thinned(codes: Indices, most: int) -> Indices:
    return codes[:: -(-len(codes) // most)]
