"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from attrs import field, frozen

from latentgym_core.agents.base import Player
from latentgym_core.errors import AgentError
from latentgym_core.strand import current_strand
from latentgym_core.view import FinishedTask, SequenceView, Truth
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.laws import (
    Expectation,
    Laws,
    evidence_of,
    law_of,
    laws_of_catalogue,
    laws_of_family,
    predict,
)
from latentgym_envs.wordle.lexicon import Lexicon, Move, lexicon, moves_of
from latentgym_envs.wordle.pools import pool_words
from latentgym_envs.wordle.search import most_answers, most_information
from latentgym_envs.wordle.word_filter import WordFilter

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
    words: Lexicon, expected: Expectation, moves: tuple[Move, ...], is_last: bool
) -> str | None:
    """What to guess under an expectation; None if it holds no word possible."""
    left = words.consistent(moves)
    weights = expected.words[left]
    if not weights.any():
        return None
    best = int(left[weights.argmax()]) if is_last else most_information(words, left, weights)
    return words.words[best]


class Memory:
    """What a player works out once: bounded caches of pure functions, one object per player."""

    def __init__(self) -> None:
        self.blind_choice = lru_cache(NUM_CHOICES)(_blind_choice)
        self.informed_choice = lru_cache(NUM_INFORMED_CHOICES)(_informed_choice)
        self.predict = lru_cache(NUM_EXPECTATIONS)(predict)
        self.law = lru_cache(NUM_LAWS)(law_of)
        self.family = lru_cache(NUM_LAWS)(laws_of_family)
        self.catalogue = lru_cache(NUM_LAWS)(laws_of_catalogue)

    def blind(self, view: SequenceView) -> str | None:
        """Of the words that fit all marks, the first that can be marked in most ways."""
        moves = moves_of(view.turns)
        guesses = (self.blind_choice(words, moves) for words in _lexicons(view))
        return next(filter(None, guesses), None)

    def informed(self, view: SequenceView, finished: Finished, laws: LawsOf) -> str | None:
        """The guess of a player who expects some words more than others.

        It maximises the information of the marks and the chance to be right; on the last turn,
        the chance alone. That is greedy, not optimal.

        Args:
            view: The public side of the sequence.
            finished: Earlier tasks that follow the same latent.
            laws: What is held possible in a game.

        Returns:
            A word; None if none is possible.
        """
        game = _game(view)
        if view.visible["word_length"] != game.word_length:  # a given task of another shape
            return None
        words = lexicon(game.pool, game.word_length)
        expected = self.predict(words, laws(game, words), evidence_of(finished, game.word_length))
        is_last = view.visible["max_turns"] - len(view.turns) <= 1
        return self.informed_choice(words, expected, moves_of(view.turns), is_last)


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
        guess = None
        if z is not None and isinstance(latent, WordFilter):
            law = partial(self._memory.law, latent, z)
            guess = self._memory.informed(view, strand.finished, law)
        return _written(guess or truth.task.target_word)


@frozen(kw_only=True)
class Bayes(_Thinker):
    """Knows the family but not its value; infers that from the tasks before.

    It never looks at the value that a preset fixes: the prior is uniform over the different values
    of the family (`WordFilter.choices`) that leave a word. The inference is exact while every word
    was found or revealed (see `laws`), the play on top is greedy. Where a latent is no family of
    words, or the family is refuted, it plays as the blind player does.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """See `Memory.informed`."""
        del truth, rng
        strand, guess = current_strand(view), None
        if isinstance(strand.latent, WordFilter):
            laws = partial(self._memory.family, strand.latent)
            guess = self._memory.informed(view, strand.finished, laws)
        return _written(guess or self._memory.blind(view))


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
        guess = self._memory.informed(view, finished, self._memory.catalogue)
        return _written(guess or self._memory.blind(view))


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
