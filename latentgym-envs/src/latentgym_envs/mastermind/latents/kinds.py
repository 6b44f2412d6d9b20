"""Latent families about which digits occur, and about their sum."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from attrs import field, frozen
from attrs.validators import instance_of

from latentgym_core.contract.validators import whole_number
from latentgym_envs.mastermind.codes import Code
from latentgym_envs.mastermind.latents.code_latent import CodeLatent, DigitLatent, WordedLatent

PRIMES = frozenset((2, 3, 5, 7, 11, 13, 17, 19))


@frozen(kw_only=True)
class Contains(DigitLatent):
    """The digit z occurs."""

    family: ClassVar[str] = "contains"
    topic: ClassVar[str] = "a digit that always occurs"
    clause: ClassVar[str] = "the digit {digit} occurs"

    def accepts(self, candidate: Code, value: int) -> bool:
        """Look for the digit."""
        return value in candidate


@frozen(kw_only=True)
class Lacks(DigitLatent):
    """The digit z never occurs."""

    family: ClassVar[str] = "lacks"
    topic: ClassVar[str] = "a digit that never occurs"
    clause: ClassVar[str] = "the digit {digit} does not occur"

    def accepts(self, candidate: Code, value: int) -> bool:
        """Look for the digit."""
        return value not in candidate


@frozen(kw_only=True)
class Parity(WordedLatent):
    """All digits are odd, all are even, or both kinds occur."""

    family: ClassVar[str] = "parity"
    topic: ClassVar[str] = "odd and even digits"
    clauses: ClassVar[Mapping[str, str]] = {
        "all_odd": "all digits are odd",
        "all_even": "all digits are even",
        "mixed_parity": "there are odd and even digits",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Count the odd digits."""
        odd = sum(digit % 2 for digit in candidate)
        if value == "mixed_parity":
            return 0 < odd < len(candidate)
        return odd == (len(candidate) if value == "all_odd" else 0)


@frozen(kw_only=True)
class Band(WordedLatent):
    """All digits are low, or all are high.

    Attributes:
        highest_low: The largest low digit. Published: 3, half of k = 6.
        lowest_high: The smallest high digit. Published: 4.
    """

    family: ClassVar[str] = "band"
    topic: ClassVar[str] = "low and high digits"
    clauses: ClassVar[Mapping[str, str]] = {
        "all_low": "no digit is larger than {0.highest_low}",
        "all_high": "no digit is smaller than {0.lowest_high}",
    }

    highest_low: int = field(default=3, validator=whole_number(1))
    lowest_high: int = field(default=4, validator=whole_number(1))

    def accepts(self, candidate: Code, value: str) -> bool:
        """Compare the extreme digit with the bound."""
        if value == "all_low":
            return max(candidate) <= self.highest_low
        return min(candidate) >= self.lowest_high


@frozen(kw_only=True)
class Extremes(WordedLatent):
    """The smallest or the largest digit of the game occurs, or neither does.

    Attributes:
        lowest: The smallest digit.
        highest: The largest digit. Published: 6, which is k.
    """

    family: ClassVar[str] = "extremes"
    topic: ClassVar[str] = "the smallest and the largest digit of the game"
    clauses: ClassVar[Mapping[str, str]] = {
        "has_extreme": "{0.lowest} or {0.highest} occurs",
        "no_extremes": "neither {0.lowest} nor {0.highest} occurs",
    }

    lowest: int = field(default=1, validator=whole_number(1))
    highest: int = field(default=6, validator=whole_number(1))

    def accepts(self, candidate: Code, value: str) -> bool:
        """Look for both digits."""
        found = self.lowest in candidate or self.highest in candidate
        return found == (value == "has_extreme")


@frozen(kw_only=True)
class SumBand(WordedLatent):
    """The sum of the digits is low or high.

    Attributes:
        low: Largest mean digit of a low sum: at most `low` times n. Published: 2.5.
        high: Smallest mean digit of a high sum. Published: 4.5.
    """

    family: ClassVar[str] = "sum_band"
    topic: ClassVar[str] = "how large the sum of the digits is"
    clauses: ClassVar[Mapping[str, str]] = {
        "sum_low": "the digits are {0.low} on average, or less",
        "sum_high": "the digits are {0.high} on average, or more",
    }

    low: float = field(default=2.5, validator=instance_of(int | float))
    high: float = field(default=4.5, validator=instance_of(int | float))

    def accepts(self, candidate: Code, value: str) -> bool:
        """Compare the sum with the bound."""
        if value == "sum_low":
            return sum(candidate) <= self.low * len(candidate)
        return sum(candidate) >= self.high * len(candidate)


@frozen(kw_only=True)
class SumClass(CodeLatent[int]):
    """The sum of the digits leaves the remainder z when it is divided by a number.

    Attributes:
        modulus: The number, at least 2.
    """

    family: ClassVar[str] = "sum_class"
    z_type: ClassVar[Any] = int

    modulus: int = field(default=2, validator=whole_number(2))

    def values(self) -> Iterable[int]:
        """The remainders."""
        return range(self.modulus)

    def accepts(self, candidate: Code, value: int) -> bool:
        """Divide the sum."""
        return sum(candidate) % self.modulus == value

    def describe(self, z: int) -> str:
        """The remainder, or what it is called."""
        if self.modulus == 2:
            return f"The sum of the digits of every secret code is {('even', 'odd')[z]}."
        if z == 0:
            return f"The sum of the digits of every secret code is divisible by {self.modulus}."
        return (
            f"The sum of the digits of every secret code, divided by {self.modulus}, leaves the "
            f"remainder {z}."
        )

    def disclosure(self) -> str:
        """The divisor."""
        return (
            f"The sum of the digits, divided by {self.modulus}, leaves the same remainder in all "
            f"secret codes."
        )


@frozen(kw_only=True)
class Primality(WordedLatent):
    """All digits are prime numbers, or none is."""

    family: ClassVar[str] = "primality"
    topic: ClassVar[str] = "which digits are prime numbers"
    clauses: ClassVar[Mapping[str, str]] = {
        "all_prime": "all digits are prime numbers",
        "no_prime": "no digit is a prime number",
    }

    def accepts(self, candidate: Code, value: str) -> bool:
        """Count the primes."""
        primes = sum(digit in PRIMES for digit in candidate)
        return primes == (len(candidate) if value == "all_prime" else 0)
