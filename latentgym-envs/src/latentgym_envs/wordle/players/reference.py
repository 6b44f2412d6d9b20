"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.player import Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import current_strand
from latentgym_envs.common import guessing
from latentgym_envs.wordle.action import parse_guess
from latentgym_envs.wordle.clues import moves_of
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.lexicon import Lexicon, Move, lexicon
from latentgym_envs.wordle.players.catalogue import law_of_catalogue
from latentgym_envs.wordle.pools import pool_words

NOISE = 0.3  # share of the noisy player's replies that are no guess
NOISY_REPLIES = ("", "I am not sure yet.", "crane", "[my guess]", "[zzzzz]", "[word]")
NO_IDEA = "I cannot think of a word."


@frozen(kw_only=True)
class WordGuesser(guessing.Guesser):
    """Guesses words."""

    def pools(self, view: SequenceView) -> Iterator[Lexicon]:
        """The words of the pool, and for a given task that hides none of them all words."""
        return _lexicons(view)

    def moves(self, turns: tuple[Facts, ...]) -> tuple[Move, ...]:
        """The scored guesses with their marks."""
        return moves_of(turns)

    def read(self, view: SequenceView, reply: str) -> str | None:
        """The word if it will be marked."""
        game = _game(view)
        guess = parse_guess(reply, game.pick)
        if guess is None or len(guess) != view.visible["word_length"]:
            return None
        repeated = guess in (move[0] for move in moves_of(view.turns))
        return guess if game.is_word(guess) and not repeated else None

    def written(self, guess: Any) -> str:
        """The word in brackets."""
        return NO_IDEA if guess is None else f"[{guess}]"


@frozen(kw_only=True)
class Blind(WordGuesser, guessing.Blind):
    """Of the words that fit all marks, guesses the first that can be marked in most ways."""


@frozen(kw_only=True)
class Oracle(WordGuesser, guessing.Oracle):
    """Knows z: guesses for most information about the words of z that are left."""


@frozen(kw_only=True)
class Bayes(WordGuesser, guessing.Bayes):
    """Knows the family, infers z exactly and guesses for most information about the words.

    It never looks at the value that a preset fixes, because nobody tells a player the id.
    """


@frozen(kw_only=True)
class Catalogue(WordGuesser):
    """Does not know the family: infers which of the published latents holds, if any.

    The prior is uniform over the different sets of words of all presets, and the whole pool.
    """

    def law(self, view: SequenceView, truth: Truth | None) -> Law:
        """What the finished tasks make likely."""
        del truth
        return law_of_catalogue(_game(view), current_strand(view).finished)


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
                return f"[{words.guesses[rng.choice(fitting)]}]"
        return NO_IDEA


@frozen(kw_only=True)
class Noisy(Blind):
    """Plays as the blind player, but some of its replies are no guess, to test the rules."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """A guess, or every now and then a reply that breaks a rule."""
        if rng.random() < NOISE:
            return rng.choice(NOISY_REPLIES)
        return super().act(view, truth, rng)


def _lexicons(view: SequenceView) -> Iterator[Lexicon]:
    length = view.visible["word_length"]
    for pool in (_game(view).pool, "open"):
        if pool_words(pool, length):
            yield lexicon(pool, length)


def _game(view: SequenceView) -> Wordle:
    if not isinstance(view.core_env, Wordle):
        raise AgentError(f"This player plays wordle, not {view.core_env_name}.")
    return view.core_env
