"""A player who guesses what is hidden among a pool: by a law of it, for most information.

The players of wordle and of mastermind are this one; they differ in what they know, which is the
law, and in their game. What they think of a guess is the information of its answer plus its chance
to be right, in bits; on the last turn the chance alone. That is greedy, not optimal.
"""

import math
import random
from abc import abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import field, frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.player import Appraisal, appraisals, useful
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.families.beliefs import FloatArray
from latentgym_core.families.law_player import Knows, LawPlayer
from latentgym_envs.common.search import (
    Indices,
    Pool,
    most_answers,
    most_information,
    score_guesses,
)

NAT = 1 / math.log(2)  # in bits
NUM_CHOICES = 20_000  # decisions, so that decision trees are worked out once
MANY_LAWS = 256  # a law lasts for a task, so this serves as many sequences at once
Moves = tuple[Any, ...]
"""Guesses with their answers, as the game's pool compares them."""


@frozen(kw_only=True)
class Guesser(LawPlayer):
    """Guesses for most information under a law; where that is refuted, as if all were alike."""

    @abstractmethod
    def pools(self, view: SequenceView) -> Iterator[Pool]:
        """What can be hidden; a further pool is looked at where nothing of the first fits."""

    @abstractmethod
    def moves(self, turns: tuple[Facts, ...]) -> Moves:
        """The answered guesses among the turns of a task."""

    @abstractmethod
    def read(self, view: SequenceView, reply: str) -> Hashable:
        """The guess of a reply if it will be answered, else None."""

    @abstractmethod
    def written(self, guess: Any) -> str:
        """A guess as a reply; None: what to say without one."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The guess of most information, or the blind one."""
        del rng
        held = self._held(view, self.law(view, truth))
        return self.written(None if held is None else _choice(*held, last=is_last(view)))

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By information and chance to be right."""
        held = self._held(view, self.law(view, truth))
        if held is None:
            return None
        own = _choice(*held, last=is_last(view))
        guesses = [self.read(view, reply) for reply in replies]
        judged = dict.fromkeys((own, *(each for each in guesses if each is not None)))
        scores = _scores(*held, tuple(judged), last=is_last(view))
        scored = dict(zip(judged, scores, strict=True))
        found = [None if guess is None else useful(scored[guess]) for guess in guesses]
        return appraisals(found, scored[own])

    def _held(self, view: SequenceView, law: Law | None) -> tuple[Pool, Moves, Law | None] | None:
        """The first pool of which something fits, and the law if any of that is expected."""
        moves = self.moves(view.turns)
        for pool in self.pools(view):
            left = pool.consistent(moves)
            if len(left):
                expected = law is not None and _by_place(law, pool)[left].any()
                return pool, moves, law if expected else None
        return None


@frozen(kw_only=True)
class Blind(Guesser):
    """Of what fits all answers, guesses the first that can be answered in most ways.

    It looks at the current task alone.
    """


@frozen(kw_only=True)
class Bayes(Guesser):
    """Knows the family but not z, which it infers exactly from the tasks before."""

    knows: Knows = field(default="family", init=False)


@frozen(kw_only=True)
class Oracle(Guesser):
    """Knows z, and expects what z allows.

    Where z says nothing of the task (a fixed list of tasks, a record without z) it knows the
    answer.
    """

    knows: Knows = field(default="z", init=False)

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The guess of most information, or what is hidden."""
        held = self._held(view, self.law(view, truth))
        if truth is not None and (held is None or held[-1] is None):
            return self.written(view.core_env.secret(truth.task))
        return super().act(view, truth, rng)


def is_last(view: SequenceView) -> bool:
    """Whether no guess follows the next one."""
    return bool(view.visible["max_turns"] - len(view.turns) <= 1)


@lru_cache(NUM_CHOICES)
def _choice(pool: Pool, moves: Moves, law: Law | None, *, last: bool) -> Hashable:
    """What to guess, given that something fits."""
    left = pool.consistent(moves)
    if law is None:
        return most_answers(pool, left)
    weights = _by_place(law, pool)[left]
    if last:
        likeliest: Hashable = pool.guesses[int(left[weights.argmax()])]
        return likeliest
    return most_information(pool, left, weights)


def _scores(
    pool: Pool, moves: Moves, law: Law | None, guesses: tuple[Any, ...], *, last: bool
) -> list[Appraisal]:
    """What guesses are worth."""
    left, weights = _weighted(pool, moves, law)
    places = (pool.guesses[place] for place in left.tolist())
    shares = dict(zip(places, (weights / weights.sum()).tolist(), strict=True))
    chances = [shares.get(guess, 0.0) for guess in guesses]
    scores = chances
    if not last:
        scores = (NAT * score_guesses(pool, guesses, left, weights)).tolist()
    return [Appraisal(score, chance) for score, chance in zip(scores, chances, strict=True)]


def _weighted(pool: Pool, moves: Moves, law: Law | None) -> tuple[Indices, FloatArray]:
    """What fits, and its weights."""
    left = pool.consistent(moves)
    return left, np.ones(len(left)) if law is None else _by_place(law, pool)[left]


@lru_cache(MANY_LAWS)
def _by_place(law: Law, pool: Pool) -> FloatArray:
    """Probabilities in the order of a pool; what is not in it is left out."""
    weights = np.zeros(len(pool.guesses))
    for guess, share in law.items():
        if guess in pool.places:
            weights[pool.places[guess]] = share
    return weights
