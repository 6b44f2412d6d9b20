"""What a player of hangman expects of a word: its choice, and what it thinks of other guesses.

A letter scores P(the word holds it). A word scores P(it is the word), and 1 more if that is more
than one half, because then the player names it whatever letters are left.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from attrs import define
from numpy.typing import NDArray

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.player import Appraisal, appraisals
from latentgym_envs.hangman.action import parse_guess
from latentgym_envs.hangman.clues import Clue
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.lexicon import FIRST_LETTER, Lexicon, Mask, Weights, lexicon

MANY_LAWS = 256  # a law lasts for a task, so this serves as many sequences at once


@define(eq=False, slots=False)
class Outlook:
    """What the word of a task may be.

    Attributes:
        game: The game.
        clue: What is known of the word.
        words: The words of its length.
        fitting: Places of those that fit the clue, ascending; at least one.
        weights: Probability of each of them, up to a constant.
    """

    game: Hangman
    clue: Clue
    words: Lexicon
    fitting: NDArray[np.intp]
    weights: Weights

    @cached_property
    def choice(self) -> str:
        """A word that is likelier than not (if words may be guessed), else the likeliest letter."""
        best, total = int(self.weights.argmax()), self.weights.sum()
        if self.game.word_guesses and 2 * self.weights[best] > total:
            return self.words.words[int(self.fitting[best])]
        # Rounded, so that rounding errors do not decide between letters that are equally likely.
        letters = np.round(self.words.holders(self.fitting) @ (self.weights / total), 9)
        letters[self._tried] = -1
        return chr(FIRST_LETTER + int(letters.argmax()))

    def appraise(self, replies: Sequence[str]) -> list[Appraisal | None]:
        """Judge replies; see `appraisals`."""
        own = self._score(self.choice)
        assert own is not None, "what a player chooses is not decided yet"
        guesses = (parse_guess(reply, self.game.pick) for reply in replies)
        scored = [None if guess is None else self._score(guess) for guess in guesses]
        return appraisals(scored, own)

    def _score(self, guess: str) -> Appraisal | None:
        """None for a guess that the answers of the task, or the rules, speak against."""
        if len(guess) == 1:
            return None if guess in self.clue.tried else self._score_letter(guess)
        which = self.fitting == self.words.index.get(guess, -1)
        if not self.game.word_guesses or not which.any():
            return None
        chance = self._share(which)
        return Appraisal(chance + (chance > 1 / 2), chance)

    def _score_letter(self, letter: str) -> Appraisal:
        hidden = self.words.holders(self.fitting)
        hidden[self._tried] = False
        holds = hidden[ord(letter) - FIRST_LETTER]
        return Appraisal(self._share(holds), self._share(holds & (hidden.sum(axis=0) == 1)))

    def _share(self, which: Mask) -> float:
        return float(self.weights[which].sum() / self.weights.sum())

    @property
    def _tried(self) -> list[int]:
        return [ord(letter) - FIRST_LETTER for letter in self.clue.tried]


def outlook(game: Hangman, clue: Clue, law: Law | None) -> Outlook | None:
    """What a law leads to.

    Args:
        game: The game.
        clue: What is known of the word.
        law: Of the word; None: all of the pool alike, as it is where the law is refuted.

    Returns:
        None if no word of the pool fits.
    """
    words = lexicon(game.pool, len(clue.board))
    fitting = words.fitting(clue)
    weights = np.ones(len(fitting)) if law is None else _by_word(law, words)[fitting]
    if weights.sum() > 0:
        return Outlook(game, clue, words, fitting, weights)
    return None if law is None else outlook(game, clue, None)


@lru_cache(MANY_LAWS)
def _by_word(law: Law, words: Lexicon) -> Weights:
    """Probabilities in the order of the words of one length."""
    if tuple(law.values) == words.words:
        return law.probabilities
    shares = dict(law.items())
    return np.array([shares.get(word, 0.0) for word in words.words])
