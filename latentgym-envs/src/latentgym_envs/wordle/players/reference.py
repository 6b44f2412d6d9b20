"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial

import numpy as np
from attrs import field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.shared import Law
from latentgym_core.families.strand import current_strand
from latentgym_envs.wordle.clues import moves_of
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.latents.word_filter import WordFilter
from latentgym_envs.wordle.lexicon import Lexicon, Move, lexicon
from latentgym_envs.wordle.players.appraisal import Weighted, appraise_guesses, is_last
from latentgym_envs.wordle.players.laws import (
    Expectation,
    Laws,
    evidence_of,
    expect,
    law_of,
    laws_of_catalogue,
    laws_of_family,
    predict,
)
from latentgym_envs.wordle.players.search import most_answers, most_information
from latentgym_envs.wordle.pools import pool_words

Finished = tuple[FinishedTask, ...]
LawsOf = Callable[[Wordle, Lexicon], Laws]
NUM_LAWS = 64
NUM_EXPECTATIONS = 256  # evidence changes once a task, so this serves as many sequences at once
NUM_CHOICES = 20_000  # decisions, so that decision trees are worked out once
NUM_INFORMED_CHOICES = 4000  # fewer, because each holds on to an expectation
NOISE = 0.3  # share of the noisy player's replies that are no guess
NOISY_REPLIES = ("", "I am not sure yet.", "crane", "[my guess]", "[zzzzz]", "[word]")
NO_IDEA = "I cannot think of a word."


def _blind_choice(words: Lexicon, moves: tuple[Move, ...]) -> str | None:
    left = words.consistent(moves)
    return words.words[most_answers(words, left)] if len(left) else None


def _informed_choice(
    words: Lexicon, expected: Expectation, moves: tuple[Move, ...], last: bool
) -> str | None:
    """What to guess under an expectation; None if it holds no word possible."""
    left = words.consistent(moves)
    weights = expected.words[left]
    if not weights.any():
        return None
    best = int(left[weights.argmax()]) if last else most_information(words, left, weights)
    return words.words[best]


class Memory:
    """What a player works out once: bounded caches of pure functions, one object per player."""

    def __init__(self) -> None:
        self.blind_choice = lru_cache(NUM_CHOICES)(_blind_choice)
        self.informed_choice = lru_cache(NUM_INFORMED_CHOICES)(_informed_choice)
        self.predict = lru_cache(NUM_EXPECTATIONS)(predict)
        self.expect = lru_cache(NUM_EXPECTATIONS)(expect)
        self.law = lru_cache(NUM_LAWS)(law_of)
        self.family = lru_cache(NUM_LAWS)(laws_of_family)
        self.catalogue = lru_cache(NUM_LAWS)(laws_of_catalogue)

    def blind(self, view: SequenceView) -> str | None:
        """Of the words that fit all marks, the first that can be marked in most ways."""
        moves = moves_of(view.turns)
        guesses = (self.blind_choice(words, moves) for words in _lexicons(view))
        return next(filter(None, guesses), None)

    def predicted(self, view: SequenceView, finished: Finished, laws: LawsOf) -> Expectation:
        """What is expected of the current word.

        Args:
            view: The public side of the sequence.
            finished: Earlier tasks that follow the same latent.
            laws: What is held possible in a game.
        """
        game = _game(view)
        words = lexicon(game.pool, game.word_length)
        return self.predict(words, laws(game, words), evidence_of(finished, game.word_length))

    def foretold(self, view: SequenceView, law: Law) -> Expectation:
        """The same where the latent itself says how probable each word is."""
        game = _game(view)
        return self.expect(lexicon(game.pool, game.word_length), tuple(law.items()))

    def informed(self, view: SequenceView, expected: Expectation | None) -> str | None:
        """The guess of a player who expects some words more than others.

        It maximises the information of the marks and the chance to be right; on the last turn,
        the chance alone. That is greedy, not optimal.

        Returns:
            A word; None if none is possible, or nothing is expected.
        """
        game = _game(view)
        if expected is None or view.visible["word_length"] != game.word_length:
            return None  # of another length is a task of a given list
        words = lexicon(game.pool, game.word_length)
        return self.informed_choice(words, expected, moves_of(view.turns), is_last(view))

    def appraise_blindly(
        self, view: SequenceView, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """Judge replies as if all words that fit were alike; None where no word fits."""
        moves = moves_of(view.turns)
        for words in _lexicons(view):
            own = self.blind_choice(words, moves)
            if own is not None:
                fitting = words.consistent(moves)
                law = Weighted(words, fitting, np.ones(len(fitting)))
                return appraise_guesses(view, law, own, replies)
        return None

    def appraise(
        self, view: SequenceView, expected: Expectation | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """Judge replies as a player does who expects some words more than others."""
        own = self.informed(view, expected)
        if expected is None or own is None:
            return self.appraise_blindly(view, replies)
        words = lexicon(_game(view).pool, len(own))
        fitting = words.consistent(moves_of(view.turns))
        law = Weighted(words, fitting, expected.words[fitting])
        return appraise_guesses(view, law, own, replies)


@frozen(kw_only=True)
class _Thinker(Player):
    """A player with a memory of its own, which is no part of what it is."""

    _memory: Memory = field(init=False, eq=False, repr=False, factory=Memory)


@frozen(kw_only=True)
class Blind(_Thinker):
    """Of the words that fit all marks, guesses the first that can be marked in most ways.

    It looks at the current task alone. Where no word of the pool fits, it goes on with all words.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """See `Memory.blind`."""
        del truth, rng
        return _written(self._memory.blind(view))

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By information and chance, with all words alike that fit; see `appraisal`."""
        del truth
        return self._memory.appraise_blindly(view, replies)


@frozen(kw_only=True)
class Oracle(_Thinker):
    """Knows z: expects the words of z that earlier tasks did not hide, all equally likely.

    Where z says nothing to it (a fixed list of tasks, a record without z) it knows the word.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """See `Memory.informed`."""
        del rng
        if truth is None:
            raise AgentError("The oracle plays only where it is told the truth.")
        strand = current_strand(view)
        latent, z = strand.latent, strand.own(truth.z)
        expected = None
        if z is not None and (words := strand.foresee(z)):
            expected = self._memory.foretold(view, words)
        elif z is not None and isinstance(latent, WordFilter):
            law = partial(self._memory.law, latent, z)
            expected = self._memory.predicted(view, strand.finished, law)
        return _written(self._memory.informed(view, expected) or truth.task.target_word)


@frozen(kw_only=True)
class Bayes(_Thinker):
    """Knows the family but not its value; infers that from the tasks before.

    It never looks at the value that a preset fixes: the prior is uniform over the different values
    of the family (`WordFilter.choices`) that leave a word. The inference is exact while every word
    was found or revealed (see `laws`), the play on top is greedy. A latent that games share says
    itself which words it expects. Where a latent is neither that nor a family of words, or the
    family is refuted, it plays as the blind player does.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """See `Memory.informed`."""
        del truth, rng
        guess = self._memory.informed(view, self._expect(view))
        return _written(guess or self._memory.blind(view))

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By information and chance; see `appraisal`."""
        del truth
        return self._memory.appraise(view, self._expect(view), replies)

    def _expect(self, view: SequenceView) -> Expectation | None:
        strand = current_strand(view)
        if words := strand.foresee():
            return self._memory.foretold(view, words)
        if isinstance(strand.latent, WordFilter):
            laws = partial(self._memory.family, strand.latent)
            return self._memory.predicted(view, strand.finished, laws)
        return None


@frozen(kw_only=True)
class Catalogue(_Thinker):
    """Does not know the family: infers which of the published latents holds, if any.

    The prior is uniform over the different sets of words of the 165 presets and the whole pool.
    Otherwise it plays as `Bayes` does.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """See `Memory.informed`."""
        del truth, rng
        finished = current_strand(view).finished
        expected = self._memory.predicted(view, finished, self._memory.catalogue)
        return _written(self._memory.informed(view, expected) or self._memory.blind(view))


@frozen(kw_only=True)
class Consistent(Player):
    """Any word of the pool that fits all marks of the task, all equally likely."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Draw one of them."""
        del truth
        moves = moves_of(view.turns)
        for words in _lexicons(view):
            fitting = words.consistent(moves).tolist()
            if fitting:
                return _written(words.words[rng.choice(fitting)])
        return _written(None)


@frozen(kw_only=True)
class Noisy(_Thinker):
    """Plays as the blind player, but some of its replies are no guess, to test the rules."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """A guess, or every now and then a reply that breaks a rule."""
        del truth
        if rng.random() < NOISE:
            return rng.choice(NOISY_REPLIES)
        return _written(self._memory.blind(view))


def _lexicons(view: SequenceView) -> Iterator[Lexicon]:
    """The words of the pool, and for a given task that hides none of them all words."""
    length = view.visible["word_length"]
    for pool in (_game(view).pool, "open"):
        if pool_words(pool, length):
            yield lexicon(pool, length)


def _game(view: SequenceView) -> Wordle:
    if not isinstance(view.core_env, Wordle):
        raise AgentError(f"This player plays wordle, not {view.core_env_name}.")
    return view.core_env


def _written(word: str | None) -> str:
    return NO_IDEA if word is None else f"[{word}]"
