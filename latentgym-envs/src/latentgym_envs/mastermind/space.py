"""All codes of one shape as arrays, and which answers they give to each other."""

from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from latentgym_core.contract.core_env import Facts
from latentgym_envs.mastermind.codes import Code, all_codes, check_codes

Indices = NDArray[np.intp]
"""Codes by their place in lexicographic order."""
Shape = tuple[int, int, bool]
"""Code length n, number of digits k, whether digits may repeat."""
Move = tuple[Code, int, int]
"""A scored guess with its black and white pegs."""
Moves = tuple[Move, ...]
MAX_TABLE = 4_000_000  # answers that are kept; larger spaces count pegs whenever they are needed


@frozen(eq=False)
class CodeSpace:
    """All codes of a shape.

    Attributes:
        shape: Length, digits and repetition.
        guesses: All codes in lexicographic order.
        digits: The same as an array, shape [codes, n].
        frequencies: How often each code holds each digit, shape [codes, k].
        places: Code to its place in `guesses`.
    """

    max_candidates: ClassVar[int] = 2000
    max_guesses: ClassVar[int] = 400
    max_blind_guesses: ClassVar[int] = 2000

    shape: Shape
    guesses: tuple[Code, ...]
    digits: NDArray[np.int16] = field(init=False, repr=False)
    frequencies: NDArray[np.int16] = field(init=False, repr=False)
    places: dict[Code, int] = field(init=False, repr=False)
    _table: NDArray[np.int16] | None = field(init=False, repr=False)

    @digits.default
    def _digits(self) -> NDArray[np.int16]:
        return np.array(self.guesses, dtype=np.int16)

    @frequencies.default
    def _frequencies(self) -> NDArray[np.int16]:
        numbers = range(1, self.shape[1] + 1)
        return np.stack([(self.digits == each).sum(axis=1) for each in numbers], axis=1).astype(
            np.int16
        )

    @places.default
    def _places(self) -> dict[Code, int]:
        return {code: place for place, code in enumerate(self.guesses)}

    @_table.default
    def _count_all(self) -> NDArray[np.int16] | None:
        everything = np.arange(len(self.guesses))
        small = len(self.guesses) ** 2 <= MAX_TABLE
        return self._count(everything, everything) if small else None

    @property
    def num_answers(self) -> int:
        """Answers are numbers below this: black pegs times (n + 1), plus white pegs."""
        return (self.shape[0] + 1) ** 2

    def answer(self, black: int, white: int) -> int:
        """The number of an answer."""
        return black * (self.shape[0] + 1) + white

    def answers(self, guesses: Indices, codes: Indices) -> NDArray[np.int16]:
        """What each guess would be answered for each code, shape [guesses, codes]."""
        if self._table is None:
            return self._count(guesses, codes)
        return self._table[guesses[:, None], codes]

    def table(self, guesses: Iterable[Code], candidates: Indices) -> NDArray[np.int16]:
        """The same for guesses that are given as codes."""
        return self.answers(np.array([self.places[guess] for guess in guesses]), candidates)

    def consistent(self, moves: Moves) -> Indices:
        """The codes that would have answered all moves so, in order."""
        left: Indices = np.arange(len(self.guesses))
        for guess, black, white in moves:
            if guess not in self.places:
                continue  # a task of another shape, in a list of tasks
            place = np.array([self.places[guess]])
            left = left[self.answers(place, left)[0] == self.answer(black, white)]
        return left

    def _count(self, guesses: Indices, codes: Indices) -> NDArray[np.int16]:
        shape = len(guesses), len(codes)
        black, shared = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
        for place in range(self.shape[0]):
            black += self.digits[guesses, None, place] == self.digits[codes, place]
        for digit in range(self.shape[1]):
            shared += np.minimum(
                self.frequencies[guesses, None, digit], self.frequencies[codes, digit]
            )
        return black * np.int16(self.shape[0]) + shared


def build_space(shape: Shape) -> CodeSpace:
    """List the codes of a shape.

    Raises:
        SpecError: They are too many.
    """
    code_length, num_numbers, repeats = shape
    check_codes(code_length, num_numbers, duplicates_allowed=repeats)
    return CodeSpace(shape, tuple(all_codes(code_length, num_numbers, duplicates_allowed=repeats)))


def shape_of(visible: Facts) -> Shape:
    """The shape of the codes that a task shows."""
    return visible["code_length"], visible["num_numbers"], visible["duplicates_allowed"]
