"""Words of one length as arrays, so that a clue is compared with all of them at once."""

from collections.abc import Mapping
from functools import cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from latentgym_envs.hangman.clues import Clue
from latentgym_envs.words import of_length

Mask = NDArray[np.bool_]
Weights = NDArray[np.float64]
FIRST_LETTER, NUM_LETTERS = ord("a"), 26


@frozen(eq=False)
class Lexicon:
    """Words of a pool that have the same length; n of them.

    Attributes:
        words: In the order of the pool.
        index: Place of each word in `words`.
        places: For each letter and word, the set of the letter's places as bits; shape [26, n].
    """

    words: tuple[str, ...]
    index: Mapping[str, int]
    places: NDArray[np.uint64]

    def fitting(self, clue: Clue) -> NDArray[np.intp]:
        """Indices of the words that fit a clue, ascending.

        A tried letter stands exactly where the board shows it, because all its places are
        revealed at once.
        """
        fits = np.ones(len(self.words), bool)
        for letter in clue.tried:
            fits &= self.places[ord(letter) - FIRST_LETTER] == _bits(clue.board, letter)
        for word in clue.wrong:
            if word in self.index:
                fits[self.index[word]] = False
        return np.flatnonzero(fits)

    def holders(self, indices: NDArray[np.intp]) -> Mask:
        """Which letters the words hold; shape [26, indices]."""
        held: Mask = self.places[:, indices] != 0
        return held


@cache
def lexicon(pool: str, length: int) -> Lexicon:
    """The words of a list that have `length` letters."""
    listed = of_length(pool, length)
    codes = np.frombuffer("".join(listed).encode("ascii"), np.uint8).reshape(-1, length)
    places = np.zeros((NUM_LETTERS, len(listed)), np.uint64)
    for place in range(length):
        places[codes[:, place] - FIRST_LETTER, np.arange(len(listed))] |= np.uint64(1 << place)
    return Lexicon(listed, {word: index for index, word in enumerate(listed)}, places)


def _bits(board: str, letter: str) -> np.uint64:
    return np.uint64(sum(1 << place for place, each in enumerate(board) if each == letter))
