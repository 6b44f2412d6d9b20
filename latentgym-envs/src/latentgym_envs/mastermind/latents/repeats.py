"""Latent families about repeated digits."""

from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar

from attrs import frozen

from latentgym_envs.mastermind.codes import Code
from latentgym_envs.mastermind.latents.code_latent import WordedLatent


@frozen(kw_only=True)
class Repetition(WordedLatent):
    """How often the most frequent digit occurs."""

    family: ClassVar[str] = "repetition"
    topic: ClassVar[str] = "how often a digit occurs in the code"
    clauses: ClassVar[Mapping[str, str]] = {
        "all_same": "all digits are the same",
        "has_pair": "some digit occurs at least twice",
        "has_triple": "some digit occurs at least three times",
        "no_repeats": "all digits are different",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Count the most frequent digit."""
        if value == "all_same":
            return len(set(candidate)) == 1
        most = max(map(candidate.count, candidate))
        if value == "no_repeats":
            return most == 1
        return most >= (2 if value == "has_pair" else 3)


@frozen(kw_only=True)
class Adjacency(WordedLatent):
    """Whether equal digits stand side by side, anywhere or in the middle."""

    family: ClassVar[str] = "adjacency"
    topic: ClassVar[str] = "equal digits side by side"
    clauses: ClassVar[Mapping[str, str]] = {
        "adjacent_same": "two equal digits stand side by side",
        "no_adjacent_same": "no two equal digits stand side by side",
        "middle_same": "the two digits in the middle are equal",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Compare neighbours; the middle of n >= 4 digits is n/2 - 1 and n/2, rounded down."""
        if value == "middle_same":
            middle = len(candidate) // 2
            return len(candidate) >= 4 and candidate[middle - 1] == candidate[middle]
        adjacent = any(left == right for left, right in pairwise(candidate))
        return adjacent == (value == "adjacent_same")


@frozen(kw_only=True)
class Shape(WordedLatent):
    """A pattern of equal digits over the whole code."""

    family: ClassVar[str] = "shape"
    topic: ClassVar[str] = "the pattern that equal digits form over the whole code"
    clauses: ClassVar[Mapping[str, str]] = {
        "palindrome": "the digits read the same backwards",
        "alternating": "two different digits take turns",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Compare the code with its reverse, or with its first two digits repeated."""
        if value == "palindrome":
            return candidate == candidate[::-1]
        first_two = candidate[:2]
        return len(set(candidate)) == 2 and all(
            digit == first_two[place % 2] for place, digit in enumerate(candidate)
        )
