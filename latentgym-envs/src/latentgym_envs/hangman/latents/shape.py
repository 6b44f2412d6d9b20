"""Latent families on numbers: length, vowels, letter frequency, repetition, difficulty."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from latentgym_envs.hangman.latents.letters import (
    COMMON,
    RARE,
    has_double,
    mean_frequency,
    num_vowels,
)
from latentgym_envs.hangman.latents.word_filter import WordFilter

Test = Callable[[str], bool]
Band = tuple[float, float]


def _exactly(*numbers: int) -> dict[str, Band]:
    return {str(number): (number, number) for number in numbers}


LENGTHS: Mapping[str, Band] = MappingProxyType(
    {
        **_exactly(*range(3, 11)),
        "11_plus": (11, math.inf),
        "short": (3, 5),
        "medium": (6, 8),
        "long": (9, math.inf),
    }
)
VOWEL_COUNTS: Mapping[str, Band] = MappingProxyType(
    {**_exactly(*range(6)), "6_plus": (6, math.inf)}
)
VOWEL_SHARES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "low": ("has less than 25 % vowels", lambda word: num_vowels(word) / len(word) < 0.25),
        "high": ("has more than 45 % vowels", lambda word: num_vowels(word) / len(word) > 0.45),
        "vowel_heavy": (
            "has more vowels than consonants",
            lambda word: 2 * num_vowels(word) > len(word),
        ),
        "consonant_heavy": (
            "has more consonants than vowels",
            lambda word: 2 * num_vowels(word) < len(word),
        ),
    }
)
LETTER_CLASSES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "common_letters_only": ("has only letters out of ETAOINSHRDLU", COMMON.issuperset),
        "has_rare_letter": ("has a Q, X, Z or J", lambda word: not RARE.isdisjoint(word)),
        "no_E": ("has no E", lambda word: "e" not in word),
    }
)
FREQUENCIES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "high": (
            "has letters that are frequent on average (a mean share of at least 6 % in English)",
            lambda word: mean_frequency(word) >= 6.0,
        ),
        "low": (
            "has letters that are rare on average (a mean share below 4 % in English)",
            lambda word: mean_frequency(word) < 4.0,
        ),
    }
)
REPETITIONS: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "no_repeated_letters": ("repeats no letter", lambda word: len(set(word)) == len(word)),
        "has_repeated_letters": ("repeats a letter", lambda word: len(set(word)) < len(word)),
        "has_double_letter": ("has the same letter twice in a row", has_double),
    }
)


def _easy(word: str) -> bool:
    return 4 <= len(word) <= 6 and RARE.isdisjoint(word) and mean_frequency(word) >= 5.0


DIFFICULTIES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "easy": ("has 4 to 6 letters, mostly frequent ones and no Q, X, Z or J", _easy),
        "medium": (
            "has 5 to 8 letters of medium frequency",
            lambda word: 5 <= len(word) <= 8 and 3.0 <= mean_frequency(word) <= 7.0,
        ),
        "hard": (
            "has at least 7 letters, mostly rare ones",
            lambda word: len(word) >= 7 and mean_frequency(word) <= 5.0,
        ),
        "all": ("is any word of the pool", lambda _: True),
    }
)


@frozen(kw_only=True)
class Length(WordFilter):
    """z is a length or a band of lengths."""

    family: ClassVar[str] = "length"
    choices: ClassVar[tuple[str, ...]] = tuple(LENGTHS)
    theme: ClassVar[str] = "have the same number of letters, or one in the same band"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the length lies in the band."""
        low, high = LENGTHS[value]
        return low <= len(candidate) <= high

    def clause(self, z: str) -> str:
        """The band."""
        return f"has {_written(LENGTHS[z], 'letter')}"


@frozen(kw_only=True)
class VowelCount(WordFilter):
    """z is the number of vowels; y is a consonant."""

    family: ClassVar[str] = "vowel_count"
    choices: ClassVar[tuple[str, ...]] = tuple(VOWEL_COUNTS)
    theme: ClassVar[str] = "have the same number of vowels"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether there are so many vowels."""
        low, high = VOWEL_COUNTS[value]
        return low <= num_vowels(candidate) <= high

    def clause(self, z: str) -> str:
        """The number."""
        return f"has {_written(VOWEL_COUNTS[z], 'vowel')}"


@frozen(kw_only=True)
class NamedTest(WordFilter):
    """A family whose values are named tests, each with its own words."""

    tests: ClassVar[Mapping[str, tuple[str, Test]]]
    """Value to what it says of a word, and how to find out."""

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word passes the test."""
        return self.tests[value][1](candidate)

    def clause(self, z: str) -> str:
        """The test in words."""
        return self.tests[z][0]


@frozen(kw_only=True)
class VowelShare(NamedTest):
    """z is a band of the share of vowels."""

    family: ClassVar[str] = "vowel_share"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = VOWEL_SHARES
    choices: ClassVar[tuple[str, ...]] = tuple(VOWEL_SHARES)
    theme: ClassVar[str] = "have a share of vowels in the same band"


@frozen(kw_only=True)
class LetterClass(NamedTest):
    """z is a class of letters that the words keep to, have one of, or avoid."""

    family: ClassVar[str] = "letter_class"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = LETTER_CLASSES
    choices: ClassVar[tuple[str, ...]] = tuple(LETTER_CLASSES)
    theme: ClassVar[str] = "use or avoid a certain class of letters"


@frozen(kw_only=True)
class LetterFrequency(NamedTest):
    """z is a band of the mean frequency of the letters."""

    family: ClassVar[str] = "letter_frequency"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = FREQUENCIES
    choices: ClassVar[tuple[str, ...]] = tuple(FREQUENCIES)
    theme: ClassVar[str] = "have letters that are all in all frequent, or all in all rare"


@frozen(kw_only=True)
class Repetition(NamedTest):
    """z is whether letters repeat, or repeat in a row."""

    family: ClassVar[str] = "repetition"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = REPETITIONS
    choices: ClassVar[tuple[str, ...]] = tuple(REPETITIONS)
    theme: ClassVar[str] = "follow the same rule on repeated letters"


@frozen(kw_only=True)
class Difficulty(NamedTest):
    """z is a band of length and letter frequency together."""

    family: ClassVar[str] = "difficulty"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = DIFFICULTIES
    choices: ClassVar[tuple[str, ...]] = tuple(DIFFICULTIES)
    theme: ClassVar[str] = "are in the same band of difficulty"


def _written(band: Band, noun: str) -> str:
    low, high = band
    if low == high:
        return f"1 {noun}" if low == 1 else f"{low} {noun}s"
    return f"at least {low} {noun}s" if high == math.inf else f"{low} to {high} {noun}s"
