"""Codes: how many there are, all of them in order, and the pegs of a guess."""

import math
import operator
from collections.abc import Iterator
from itertools import permutations, product

from latentgym_core.errors import SpecError

Code = tuple[int, ...]
"""The digits c0..c(n-1), each from 1 to k."""
MAX_CODES = 100_000  # players and latents list all codes


def count_codes(code_length: int, num_numbers: int, *, duplicates_allowed: bool) -> int:
    """How many codes there are: k^n with repeated digits, k! / (k - n)! without."""
    if duplicates_allowed:
        return int(num_numbers**code_length)
    return math.perm(num_numbers, code_length)


def check_codes(code_length: int, num_numbers: int, *, duplicates_allowed: bool) -> None:
    """Check that the codes can be listed.

    Raises:
        SpecError: There is none, or there are more than `MAX_CODES`.
    """
    fits = code_length <= num_numbers or duplicates_allowed
    if fits and num_numbers <= MAX_CODES and code_length < MAX_CODES.bit_length():
        # A longer code has too many, or a single digit to choose from.
        count = count_codes(code_length, num_numbers, duplicates_allowed=duplicates_allowed)
        if 1 <= count <= MAX_CODES:
            return
    repeated = "" if duplicates_allowed else " different"
    raise SpecError(
        f"Codes of code_length={code_length}{repeated} digits out of num_numbers={num_numbers} "
        f"are none or too many; there must be from 1 to {MAX_CODES} of them."
    )


def all_codes(code_length: int, num_numbers: int, *, duplicates_allowed: bool) -> Iterator[Code]:
    """Every code, in lexicographic order."""
    digits = range(1, num_numbers + 1)
    if duplicates_allowed:
        return product(digits, repeat=code_length)
    return permutations(digits, code_length)


def count_pegs(guess: Code, code: Code) -> tuple[int, int]:
    """Black and white pegs of a guess.

    Black: places that agree. White: for every digit, how often both hold it, less the black ones.
    """
    black = sum(map(operator.eq, guess, code))
    shared = sum(min(guess.count(digit), code.count(digit)) for digit in set(guess))
    return black, shared - black
