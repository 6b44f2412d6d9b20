"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import field, frozen

from latentgym_core.agents.base import Player
from latentgym_core.errors import AgentError
from latentgym_core.filters import FilterLatent
from latentgym_core.strand import current_strand
from latentgym_core.view import SequenceView, Truth
from latentgym_envs.hangman.clues import Clue, clue_of, learned
from latentgym_envs.hangman.env import FREQUENT_FIRST, Hangman
from latentgym_envs.hangman.lexicon import FIRST_LETTER, Weights, lexicon
from latentgym_envs.hangman.posterior import Hypotheses

CACHE_SIZE = 256  # a law changes with every task, so this serves as many sequences at once


@frozen(kw_only=True)
class FixedOrder(Player):
    """Tries the letters in the order of their frequency in English, whatever is answered."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The first letter that was not tried in this task."""
        del truth, rng
        return _next_in_order(clue_of(view.visible, view.turns))


@frozen(kw_only=True)
class Looper(Player):
    """Repeats one letter for ever, to test the turn cap."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Always E."""
        del view, truth, rng
        return "[E]"


@frozen(kw_only=True)
class Blind(Player):
    """Takes every word of the pool that fits the board for equally likely; remembers nothing.

    Guesses the letter that most of them hold, or the word when one is left.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The most probable letter or the only word."""
        del truth, rng
        return _likely(view, None)


@frozen(kw_only=True)
class Oracle(Player):
    """Knows z: plays as the blind player does, but among the words of z.

    Where z says nothing to it (a fixed list of tasks, a record without z) it knows the word.
    """

    _hypotheses: Callable[..., Hypotheses] = field(
        init=False, eq=False, repr=False, factory=lambda: lru_cache(CACHE_SIZE)(Hypotheses.of)
    )

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The most probable letter, or a word that is more likely than not."""
        del rng
        if truth is None:
            raise AgentError("The oracle plays only where it is told the truth.")
        strand = current_strand(view)
        z = strand.own(truth.z)
        if z is None or not isinstance(strand.latent, FilterLatent):
            return f"[{truth.task.target_word.upper()}]"
        known = self._hypotheses(strand.latent, _game(view), (z,))
        return _likely(view, known.predictive(np.ones(1), view.visible["length"]))


@frozen(kw_only=True)
class Bayes(Player):
    """Knows the family but not its value; infers that exactly from words and boards.

    It never looks at the value a preset fixes: the prior is uniform over all values of the family
    (`FilterLatent.values`) that leave any word. The play on top is greedy, as the exactly best one
    is out of reach: the most probable letter, or a word that is more likely than not. Where a
    latent is no filter family, or the family is refuted, it plays as the blind player does.
    """

    _hypotheses: Callable[..., Hypotheses] = field(
        init=False, eq=False, repr=False, factory=lambda: lru_cache(CACHE_SIZE)(Hypotheses.of)
    )
    _law: Callable[..., Weights | None] = field(
        init=False, eq=False, repr=False, factory=lambda: lru_cache(CACHE_SIZE)(_law_of_next)
    )

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The most probable letter, or a word that is more likely than not."""
        del truth, rng
        strand = current_strand(view)
        if not isinstance(strand.latent, FilterLatent):
            return _likely(view, None)
        known = self._hypotheses(strand.latent, _game(view), tuple(strand.latent.values()))
        clues = tuple(map(learned, strand.finished))
        return _likely(view, self._law(known, clues, view.visible["length"]))


def _law_of_next(known: Hypotheses, clues: tuple[Clue, ...], length: int) -> Weights | None:
    posterior = known.posterior(clues)
    return None if posterior is None else known.predictive(posterior, length)


def _likely(view: SequenceView, law: Weights | None) -> str:
    """The guess that is most likely right.

    Args:
        view: The public side of the sequence.
        law: Weight of every word of the current length; None: all alike.

    Returns:
        A word with more than half of the weight that is left (if words may be guessed), else the
        letter with the most weight; without any weight left, the law or at last the pool is given
        up.
    """
    clue, game = clue_of(view.visible, view.turns), _game(view)
    listed = lexicon(game.pool, len(clue.board))
    fitting = listed.fitting(clue)
    weights = np.ones(len(fitting)) if law is None else law[fitting]
    total: Any = weights.sum()
    if not total > 0:
        return _next_in_order(clue) if law is None else _likely(view, None)
    best = weights.argmax()
    if game.word_guesses and 2 * weights[best] > total:
        return f"[{listed.words[fitting[best]].upper()}]"
    letters = listed.holders(fitting) @ weights
    letters[[ord(letter) - FIRST_LETTER for letter in clue.tried]] = -1
    return f"[{chr(FIRST_LETTER + int(letters.argmax())).upper()}]"


def _game(view: SequenceView) -> Hangman:
    if not isinstance(view.core_env, Hangman):
        raise AgentError(f"This player plays hangman, not {view.core_env_name}.")
    return view.core_env


def _next_in_order(clue: Clue) -> str:
    tried = clue.tried
    return f"[{next(letter for letter in FREQUENT_FIRST if letter not in tried).upper()}]"
