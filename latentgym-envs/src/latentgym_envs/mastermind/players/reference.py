"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from attrs import field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import current_strand
from latentgym_envs.mastermind.clues import moves_of
from latentgym_envs.mastermind.codes import Code
from latentgym_envs.mastermind.latents.code_latent import CodeLatent
from latentgym_envs.mastermind.players.appraisal import appraise_guesses, is_last
from latentgym_envs.mastermind.players.laws import (
    Expectation,
    evidence_of,
    possible_laws,
    predict,
    uniform_members,
)
from latentgym_envs.mastermind.players.search import most_answers, most_information
from latentgym_envs.mastermind.space import CodeSpace, Moves, build_space, shape_of
from latentgym_envs.mastermind.texts import written

NUM_SPACES = 4
NUM_LAWS = 64
NUM_EXPECTATIONS = 128  # evidence changes once a task, so this serves as many sequences at once
NUM_CHOICES = 20_000  # decisions, so that decision trees are worked out once


def _blind_choice(space: CodeSpace, moves: Moves) -> Code:
    return space.codes[most_answers(space, space.consistent(moves))]


def _informed_choice(
    space: CodeSpace, expected: Expectation, moves: Moves, *, last: bool
) -> Code | None:
    """What to guess under an expectation; None if it holds no code possible."""
    left = space.consistent(moves)
    weights = expected.codes[left]
    if not weights.any():
        return None
    if last:
        return space.codes[left[weights.argmax()]]
    return space.codes[most_information(space, left, weights)]


class Memory:
    """What a player works out once: bounded caches of pure functions, one object per player."""

    def __init__(self) -> None:
        self.space = lru_cache(NUM_SPACES)(build_space)
        self.laws = lru_cache(NUM_LAWS)(possible_laws)
        self.members = lru_cache(NUM_LAWS)(uniform_members)
        self.predict = lru_cache(NUM_EXPECTATIONS)(predict)
        self.blind_choice = lru_cache(NUM_CHOICES)(_blind_choice)
        self.informed_choice = lru_cache(NUM_CHOICES)(_informed_choice)

    def blind(self, view: SequenceView) -> Code:
        """Of the codes that fit all answers, the first that can be answered in most ways."""
        return self.blind_choice(self.space(shape_of(view.visible)), moves_of(view.turns))

    def informed(self, view: SequenceView, expected: Expectation) -> Code | None:
        """The guess of a player who expects some codes more than others.

        It maximises the information of the answer plus the chance to be right; on the last turn,
        the chance alone. That is greedy, not optimal. None if no code is possible.
        """
        space, moves = self.space(shape_of(view.visible)), moves_of(view.turns)
        return self.informed_choice(space, expected, moves, last=is_last(view))

    def appraise_blindly(
        self, view: SequenceView, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """Judge replies as if all codes that fit were alike."""
        space, own = self.space(shape_of(view.visible)), self.blind(view)
        left = space.consistent(moves_of(view.turns))
        law = left, np.ones(len(left))
        return appraise_guesses(view, space, law, own, replies)

    def appraise(
        self, view: SequenceView, expected: Expectation, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """Judge replies as a player does who expects some codes more than others."""
        own = self.informed(view, expected)
        if own is None:
            return self.appraise_blindly(view, replies)
        space = self.space(shape_of(view.visible))
        left = space.consistent(moves_of(view.turns))
        return appraise_guesses(view, space, (left, expected.codes[left]), own, replies)


@frozen(kw_only=True)
class _Thinker(Player):
    """A player with a memory of its own, which is no part of what it is."""

    _memory: Memory = field(init=False, eq=False, repr=False, factory=Memory)


@frozen(kw_only=True)
class Blind(_Thinker):
    """Of the codes that fit all answers, guesses the first that can be answered in most ways.

    It looks at the current task alone.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """See `Memory.blind`."""
        del truth, rng
        return written(self._memory.blind(view))

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By information and chance, with all codes alike that fit; see `appraisal`."""
        del truth
        return self._memory.appraise_blindly(view, replies)


@frozen(kw_only=True)
class Oracle(_Thinker):
    """Knows z: guesses for most information about the codes of z.

    Where z says nothing to it (a fixed list of tasks, a record without z) it knows the code.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Expect the codes of z, all equally likely; see `Memory.informed`."""
        del rng
        if truth is None:
            raise AgentError("The oracle plays only where it is told the truth.")
        strand, memory = current_strand(view), self._memory
        latent, z = strand.latent, strand.own(truth.z)
        guess = None
        if z is not None and isinstance(latent, CodeLatent):
            space = memory.space(shape_of(view.visible))
            guess = memory.informed(view, memory.members(space, latent, z))
        return written(truth.task.secret_code if guess is None else guess)


@frozen(kw_only=True)
class Bayes(_Thinker):
    """Infers the law of the codes exactly and guesses for most information about them.

    It holds possible what `laws.possible_laws` says. Where every law is refuted, it plays as the
    blind player.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Expect what the finished tasks make likely; see `Memory.informed`."""
        del truth, rng
        guess = self._memory.informed(view, self._expect(view))
        return written(self._memory.blind(view) if guess is None else guess)

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By information and chance; see `appraisal`."""
        del truth
        return self._memory.appraise(view, self._expect(view), replies)

    def _expect(self, view: SequenceView) -> Expectation:
        strand, memory = current_strand(view), self._memory
        latent = strand.latent if isinstance(strand.latent, CodeLatent) else None
        space = memory.space(shape_of(view.visible))
        laws = memory.laws(latent, space)
        return memory.predict(space, laws, evidence_of(strand.finished))


@frozen(kw_only=True)
class Consistent(_Thinker):
    """Any code that fits all answers of the task, all equally likely."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Draw one of them."""
        del truth
        space = self._memory.space(shape_of(view.visible))
        return written(space.codes[rng.choice(space.consistent(moves_of(view.turns)))])


@frozen(kw_only=True)
class Quoting(_Thinker):
    """Plays as the blind player, but quotes the earlier guesses of the task before its own.

    Under `pick=first` it makes its first guess again and again: that is what the rule costs.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The earlier guesses in brackets, then the guess."""
        del truth, rng
        quoted = (f"I tried {written(guess)}." for guess, _, _ in moves_of(view.turns))
        return " ".join([*quoted, f"Now {written(self._memory.blind(view))}"])
