"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from attrs import field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.filters import FilterLatent
from latentgym_core.families.shared import Law
from latentgym_core.families.strand import current_strand
from latentgym_envs.hangman.clues import Clue, clue_of, learned
from latentgym_envs.hangman.env import FREQUENT_FIRST, Hangman
from latentgym_envs.hangman.lexicon import Weights, lexicon
from latentgym_envs.hangman.players.outlook import outlook
from latentgym_envs.hangman.players.posterior import Hypotheses

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

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By the probability to be right, with all words alike that fit; see `outlook`."""
        del truth
        expected = outlook(_game(view), clue_of(view.visible, view.turns), None)
        return None if expected is None else expected.appraise(replies)


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
        if z is not None and (words := strand.foresee(z)):
            return _likely(view, _law_of_words(view, words))
        if z is None or not isinstance(strand.latent, FilterLatent):
            return f"[{truth.task.target_word.upper()}]"
        known = self._hypotheses(strand.latent, _game(view), (z,))
        return _likely(view, known.predictive(np.ones(1), view.visible["length"]))


@frozen(kw_only=True)
class Bayes(Player):
    """Knows the family but not its value; infers that exactly from words and boards.

    It never looks at the value a preset fixes: the prior is uniform over all values of the family
    (`FilterLatent.values`) that leave any word. The play on top is greedy, as the exactly best one
    is out of reach: the most probable letter, or a word that is more likely than not. A latent
    that games share says itself which words it expects. Where a latent is neither that nor a
    filter family, or the family is refuted, it plays as the blind player does.
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
        return _likely(view, self._expect(view))

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By the probability to be right; see `outlook`."""
        del truth
        expected = outlook(_game(view), clue_of(view.visible, view.turns), self._expect(view))
        return None if expected is None else expected.appraise(replies)

    def _expect(self, view: SequenceView) -> Weights | None:
        """Weight of every word of the current length; None: nothing is expected."""
        strand = current_strand(view)
        words = strand.foresee()
        if words is not None:
            return _law_of_words(view, words)
        if not isinstance(strand.latent, FilterLatent):
            return None
        known = self._hypotheses(strand.latent, _game(view), tuple(strand.latent.values()))
        clues = tuple(map(learned, strand.finished))
        return self._law(known, clues, view.visible["length"])


def _law_of_words(view: SequenceView, words: Law) -> Weights:
    listed = lexicon(_game(view).pool, view.visible["length"])
    return np.array([words.get(word, 0.0) for word in listed.words])


def _law_of_next(known: Hypotheses, clues: tuple[Clue, ...], length: int) -> Weights | None:
    posterior = known.posterior(clues)
    return None if posterior is None else known.predictive(posterior, length)


def _likely(view: SequenceView, law: Weights | None) -> str:
    """The guess that is most likely right; see `outlook`.

    Args:
        view: The public side of the sequence.
        law: Weight of every word of the current length; None: all alike.

    Returns:
        The choice, or where no word of the pool fits, the next letter in a fixed order.
    """
    clue = clue_of(view.visible, view.turns)
    expected = outlook(_game(view), clue, law)
    return _next_in_order(clue) if expected is None else f"[{expected.choice.upper()}]"


def _game(view: SequenceView) -> Hangman:
    if not isinstance(view.core_env, Hangman):
        raise AgentError(f"This player plays hangman, not {view.core_env_name}.")
    return view.core_env


def _next_in_order(clue: Clue) -> str:
    tried = clue.tried
    return f"[{next(letter for letter in FREQUENT_FIRST if letter not in tried).upper()}]"
