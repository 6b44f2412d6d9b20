"""Latent families about the order of digits and about first and last places."""

import operator
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Any, ClassVar

from attrs import frozen

from latentgym_envs.mastermind.codes import Code
from latentgym_envs.mastermind.latents.code_latent import CodeLatent, DigitLatent, WordedLatent

Relation = Callable[[int, int], bool]
ORDERS: Mapping[str, Relation] = MappingProxyType(
    {
        "ascending": operator.le,
        "strictly_ascending": operator.lt,
        "descending": operator.ge,
        "strictly_descending": operator.gt,
    }
)
ENDS: Mapping[str, Relation] = MappingProxyType(
    {
        "first_equals_last": operator.eq,
        "first_not_equals_last": operator.ne,
        "first_less_than_last": operator.lt,
        "first_greater_than_last": operator.gt,
    }
)
MAX_STEP = 19


@frozen(kw_only=True)
class Order(WordedLatent):
    """Every digit stands in one relation to the next one: <=, <, >= or >."""

    family: ClassVar[str] = "order"
    topic: ClassVar[str] = "how each digit compares with the next one"
    clauses: ClassVar[Mapping[str, str]] = {
        "ascending": "no digit is smaller than the one before it",
        "strictly_ascending": "every digit is larger than the one before it",
        "descending": "no digit is larger than the one before it",
        "strictly_descending": "every digit is smaller than the one before it",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Compare all neighbours."""
        relation = ORDERS[value]
        return all(relation(left, right) for left, right in pairwise(candidate))


@frozen(kw_only=True)
class Run(CodeLatent[int]):
    """Put in order, the digits are d, d + z, d + 2z, …; z = 1 are consecutive numbers."""

    family: ClassVar[str] = "run"
    z_type: ClassVar[Any] = int

    def values(self) -> Iterable[int]:
        """The distances."""
        return range(1, MAX_STEP + 1)

    def accepts(self, candidate: Code, value: int) -> bool:
        """Compare neighbours of the sorted digits."""
        return all(right - left == value for left, right in pairwise(sorted(candidate)))

    def describe(self, z: int) -> str:
        """The distance."""
        if z == 1:
            return "The digits of every secret code are consecutive numbers, in any order."
        return f"Put in order, the digits of every secret code lie {z} apart from each other."

    def disclosure(self) -> str:
        """That the digits are evenly spaced."""
        return (
            "Put in order, the digits of every secret code are evenly spaced, by a distance that "
            "is the same in all codes."
        )


@frozen(kw_only=True)
class Ends(WordedLatent):
    """The first digit compares with the last one: =, unequal, < or >."""

    family: ClassVar[str] = "ends"
    topic: ClassVar[str] = "how the first digit compares with the last one"
    clauses: ClassVar[Mapping[str, str]] = {
        "first_equals_last": "the first digit equals the last one",
        "first_not_equals_last": "the first digit differs from the last one",
        "first_less_than_last": "the first digit is smaller than the last one",
        "first_greater_than_last": "the first digit is larger than the last one",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Compare both ends."""
        return ENDS[value](candidate[0], candidate[-1])


@frozen(kw_only=True)
class ExtremePlace(WordedLatent):
    """The smallest digit stands first, or the largest one last."""

    family: ClassVar[str] = "extreme_place"
    topic: ClassVar[str] = "where the smallest or the largest digit stands"
    clauses: ClassVar[Mapping[str, str]] = {
        "first_is_min": "no digit is smaller than the first one",
        "last_is_max": "no digit is larger than the last one",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Look for the extreme digit at its place."""
        if value == "first_is_min":
            return candidate[0] == min(candidate)
        return candidate[-1] == max(candidate)


@frozen(kw_only=True)
class FirstIs(DigitLatent):
    """The first digit is z."""

    family: ClassVar[str] = "first_is"
    topic: ClassVar[str] = "which digit stands first"
    clause: ClassVar[str] = "the first digit is {digit}"

    def accepts(self, candidate: Code, value: int) -> bool:
        """Look at the first place."""
        return candidate[0] == value


@frozen(kw_only=True)
class LastIs(DigitLatent):
    """The last digit is z."""

    family: ClassVar[str] = "last_is"
    topic: ClassVar[str] = "which digit stands last"
    clause: ClassVar[str] = "the last digit is {digit}"

    def accepts(self, candidate: Code, value: int) -> bool:
        """Look at the last place."""
        return candidate[-1] == value
