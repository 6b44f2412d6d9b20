"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Sequence

from attrs import field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.law_player import Knows, LawPlayer
from latentgym_envs.hangman.clues import Clue, clue_of
from latentgym_envs.hangman.env import FREQUENT_FIRST, Hangman
from latentgym_envs.hangman.players.outlook import Outlook, outlook


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
class _Guesser(LawPlayer):
    """Guesses what is most likely right: a letter, or a word that is likelier than not."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The choice of `outlook`; where no word of the pool fits, the next letter in order."""
        del rng
        expected = self._outlook(view, truth)
        if expected is None:
            return _next_in_order(clue_of(view.visible, view.turns))
        return f"[{expected.choice.upper()}]"

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By the probability to be right; see `outlook`."""
        expected = self._outlook(view, truth)
        return None if expected is None else expected.appraise(replies)

    def _outlook(self, view: SequenceView, truth: Truth | None) -> Outlook | None:
        clue = clue_of(view.visible, view.turns)
        return outlook(_game(view), clue, self.law(view, truth))


@frozen(kw_only=True)
class Blind(_Guesser):
    """Takes every word of the pool that fits the board for equally likely; remembers nothing."""


@frozen(kw_only=True)
class Oracle(_Guesser):
    """Knows z: plays as the blind player does, but among the words of z.

    Where z says nothing to it (a fixed list of tasks, a record without z) it knows the word.
    """

    knows: Knows = field(default="z", init=False)

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The choice of `outlook`, or the word."""
        if truth is not None and self.law(view, truth) is None:
            return f"[{truth.task.target_word.upper()}]"
        return super().act(view, truth, rng)


@frozen(kw_only=True)
class Bayes(_Guesser):
    """Knows the family but not its value; infers that exactly from words and boards.

    It never looks at the value a preset fixes, because nobody tells a player the id. The play on
    top is greedy, as the exactly best one is out of reach. Where what was told is impossible under
    the family, it plays as the blind player does.
    """

    knows: Knows = field(default="family", init=False)


def _game(view: SequenceView) -> Hangman:
    if not isinstance(view.core_env, Hangman):
        raise AgentError(f"This player plays hangman, not {view.core_env_name}.")
    return view.core_env


def _next_in_order(clue: Clue) -> str:
    tried = clue.tried
    return f"[{next(letter for letter in FREQUENT_FIRST if letter not in tried).upper()}]"
