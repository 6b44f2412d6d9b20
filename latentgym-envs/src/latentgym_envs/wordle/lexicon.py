"""Words of one length as arrays, with the marks that they give each other."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from latentgym_envs.wordle.marks import ABSENT, ELSEWHERE, RIGHT
from latentgym_envs.wordle.pools import Pool, pool_words

Indices = NDArray[np.intp]
"""Words by their place in the pool."""
Marks = NDArray[Any]
"""Unsigned numbers of the smallest type that holds the marks of a word."""
Move = tuple[str, str]
"""A scored guess with its marks."""
DIGITS = {ABSENT: 0, ELSEWHERE: 1, RIGHT: 2}


@frozen(eq=False)
class Lexicon:
    """The words of a pool that have the same length L; n of them.

    Attributes:
        guesses: In the order of the pool.
        places: Word to its place in `guesses`.
        letters: Code points, shape [n, L].
    """

    max_candidates: ClassVar[int] = 1000
    max_guesses: ClassVar[int] = 200
    max_blind_guesses: ClassVar[int] = 200

    guesses: tuple[str, ...]
    places: Mapping[str, int] = field(init=False, repr=False)
    letters: NDArray[np.uint32] = field(init=False, repr=False)
    _rows: dict[str, Marks] = field(init=False, repr=False, factory=dict)

    @places.default
    def _index(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.guesses)}

    @letters.default
    def _split(self) -> NDArray[np.uint32]:
        return code_points(self.guesses)

    @property
    def num_answers(self) -> int:
        """Marks are numbers below this."""
        return int(3 ** self.letters.shape[1])

    def marks(self, guess: str) -> Marks:
        """What a guess would be marked for each word, as numbers; shape [n]."""
        row = self._rows.get(guess)
        if row is None:
            row = mark_all(guess, self.letters)
            if guess in self.places:  # so that the cache is bounded by the pool
                self._rows[guess] = row
        return row

    def table(self, guesses: Iterable[str], candidates: Indices) -> Marks:
        """What each guess would be marked for each candidate, shape [guesses, candidates]."""
        return np.stack([self.marks(guess)[candidates] for guess in guesses])

    def consistent(self, moves: tuple[Move, ...]) -> Indices:
        """The words that would have been marked so every time, in order."""
        fits = np.ones(len(self.guesses), bool)
        for guess, marks in moves:
            fits &= self.marks(guess) == number(marks)
        return np.flatnonzero(fits)


@cache
def lexicon(pool: Pool, length: int) -> Lexicon:
    """The words of a pool that have `length` letters."""
    return Lexicon(pool_words(pool, length))


def code_points(words: tuple[str, ...]) -> NDArray[np.uint32]:
    """The letters of words of equal length as numbers, shape [words, L]."""
    return np.array([[ord(letter) for letter in word] for word in words], dtype=np.uint32)


def number(marks: str) -> int:
    """Marks as one number in base 3, the first letter last."""
    return sum(DIGITS[each] * 3**place for place, each in enumerate(marks))


def mark_all(guess: str, letters: NDArray[np.uint32]) -> Marks:
    """Mark one guess for many targets at once, as `marks.mark` does for one.

    Args:
        guess: As long as the targets.
        letters: The targets, shape [n, L].

    Returns:
        Numbers as `number` makes them, shape [n].
    """
    (own,) = code_points((guess,))
    right = letters == own
    result = right @ (2 * 3 ** np.arange(len(guess), dtype=np.uint32))
    free = np.where(right, 0, letters)
    used: dict[str, NDArray[np.uint32]] = {}
    for place, letter in enumerate(guess):
        taken = used.get(letter, np.uint32(0))
        copies = (free == own[place]).sum(axis=1, dtype=np.uint32)
        elsewhere = ~right[:, place] & (copies > taken)
        result = result + elsewhere * np.uint32(3**place)
        used[letter] = taken + elsewhere.astype(np.uint32)
    marked: Marks = result.astype(np.min_scalar_type(3 ** len(guess) - 1))
    return marked
