"""Latents about which kinds of letters a word has, and where."""

import re
import string
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from latentgym_envs.wordle.latents.letters import (
    CLUSTERS,
    COMMON,
    RARE,
    VOWELS,
    mean_frequency,
    num_vowels,
    outline,
)
from latentgym_envs.wordle.latents.word_filter import WordFilter

Test = Callable[[str], bool]
FIRST_HALF, SECOND_HALF = (
    frozenset(string.ascii_lowercase[:13]),
    frozenset(string.ascii_lowercase[13:]),
)


def _repeats(word: str) -> list[int]:
    """How often each letter occurs that occurs more than once."""
    return [count for count in Counter(word).values() if count > 1]


REPETITIONS: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "no_repeated_letters": ("repeats no letter", lambda word: not _repeats(word)),
        "one_repeated_letter": (
            "has exactly one letter twice, and no other letter more than once",
            lambda word: _repeats(word) == [2],
        ),
        "multiple_repeated_letters": (
            "has at least two letters that occur more than once",
            lambda word: len(_repeats(word)) >= 2,
        ),
        "has_double_letter": (
            "has the same letter twice in a row",
            lambda word: any(one == other for one, other in pairwise(word)),
        ),
    }
)
LETTER_CLASSES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "common_letters_only": ("has only letters out of ETAOINSHRDLCU", COMMON.issuperset),
        "has_rare_letter": (
            "has at least one of the letters QZXJKVBWFGYP",
            lambda word: not RARE.isdisjoint(word),
        ),
    }
)
VOWEL_PLACES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "vowel_odd_positions": (
            "has vowels as its 2nd, 4th and every further even letter",
            lambda word: VOWELS.issuperset(word[1::2]),
        ),
        "vowel_even_positions": (
            "has vowels as its 1st, 3rd, 5th and every further odd letter",
            lambda word: VOWELS.issuperset(word[::2]),
        ),
        "vowels_clustered": (
            "has two vowels next to each other",
            lambda word: "vv" in outline(word),
        ),
    }
)
HALVES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "first_half_alphabet": ("has only letters from A to M", FIRST_HALF.issuperset),
        "second_half_alphabet": ("has only letters from N to Z", SECOND_HALF.issuperset),
        "mixed_balanced": (
            "has at least two different letters from A to M and two from N to Z",
            lambda word: (
                min(len(half.intersection(word)) for half in (FIRST_HALF, SECOND_HALF)) >= 2
            ),
        ),
    }
)
STARTS: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "consonant_cluster_start": (
            f"begins with one of the pairs {' '.join(CLUSTERS).upper()}",
            lambda word: word.startswith(CLUSTERS),
        ),
        "vowel_start": ("begins with a vowel", lambda word: word[0] in VOWELS),
        "single_consonant_start": (
            "begins with a consonant and then a vowel",
            lambda word: outline(word).startswith("cv"),
        ),
    }
)
FREQUENCIES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "high": (
            "has letters whose mean share in English text is above 7 %",
            lambda word: mean_frequency(word) > 7,
        ),
        "medium": (
            "has letters whose mean share in English text is 4 to 7 %",
            lambda word: 4 <= mean_frequency(word) <= 7,
        ),
        "low": (
            "has letters whose mean share in English text is below 4 %",
            lambda word: mean_frequency(word) < 4,
        ),
    }
)


@frozen(kw_only=True)
class VowelCount(WordFilter):
    """z is the number of vowels; y is a consonant."""

    family: ClassVar[str] = "vowel_count"
    choices: ClassVar[tuple[str, ...]] = tuple("01234")
    form: ClassVar[re.Pattern[str] | None] = re.compile("[0-9]")
    theme: ClassVar[str] = "have the same number of vowels"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether there are so many vowels."""
        return num_vowels(candidate) == int(value)

    def clause(self, z: str) -> str:
        """The number."""
        return "has 1 vowel" if z == "1" else f"has {z} vowels"


@frozen(kw_only=True)
class UniqueLetters(WordFilter):
    """z is the number of different letters."""

    family: ClassVar[str] = "unique_letters"
    choices: ClassVar[tuple[str, ...]] = tuple("345")
    form: ClassVar[re.Pattern[str] | None] = re.compile("[1-9]|1[0-5]")
    theme: ClassVar[str] = "have the same number of different letters"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether there are so many different letters."""
        return len(set(candidate)) == int(value)

    def clause(self, z: str) -> str:
        """The number."""
        return f"has {z} different letter{'' if z == '1' else 's'}"


@frozen(kw_only=True)
class Pattern(WordFilter):
    """z is the sequence of consonants and vowels; y is a consonant."""

    family: ClassVar[str] = "pattern"
    choices: ClassVar[tuple[str, ...]] = ("cvcvc", "cvccv", "vccvc")
    form: ClassVar[re.Pattern[str] | None] = re.compile("[cv]{2,15}")
    theme: ClassVar[str] = "have the same sequence of consonants and vowels"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether consonants and vowels follow each other so."""
        return outline(candidate) == value

    def clause(self, z: str) -> str:
        """The sequence."""
        return f"has the pattern {z.upper()} (C is a consonant, V a vowel)"


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
class Repetition(NamedTest):
    """z is how letters repeat."""

    family: ClassVar[str] = "repetition"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = REPETITIONS
    choices: ClassVar[tuple[str, ...]] = tuple(REPETITIONS)
    theme: ClassVar[str] = "follow the same rule on repeated letters"


@frozen(kw_only=True)
class LetterClass(NamedTest):
    """z is a class of letters that the words keep to, or have one of."""

    family: ClassVar[str] = "letter_class"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = LETTER_CLASSES
    choices: ClassVar[tuple[str, ...]] = tuple(LETTER_CLASSES)
    theme: ClassVar[str] = "either avoid all rare letters or have at least one"


@frozen(kw_only=True)
class VowelPlaces(NamedTest):
    """z is where vowels are."""

    family: ClassVar[str] = "vowel_places"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = VOWEL_PLACES
    choices: ClassVar[tuple[str, ...]] = tuple(VOWEL_PLACES)
    theme: ClassVar[str] = "follow the same rule on the places of vowels"


@frozen(kw_only=True)
class AlphabetHalf(NamedTest):
    """z is which half of the alphabet the letters are from."""

    family: ClassVar[str] = "alphabet_half"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = HALVES
    choices: ClassVar[tuple[str, ...]] = tuple(HALVES)
    theme: ClassVar[str] = "use the two halves of the alphabet in the same way"


@frozen(kw_only=True)
class StartShape(NamedTest):
    """z is the kind of letters that words begin with."""

    family: ClassVar[str] = "start_shape"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = STARTS
    choices: ClassVar[tuple[str, ...]] = tuple(STARTS)
    theme: ClassVar[str] = "begin with the same kinds of letters"


@frozen(kw_only=True)
class LetterFrequency(NamedTest):
    """z is a band of the mean frequency of the letters."""

    family: ClassVar[str] = "letter_freq"
    tests: ClassVar[Mapping[str, tuple[str, Test]]] = FREQUENCIES
    choices: ClassVar[tuple[str, ...]] = tuple(FREQUENCIES)
    theme: ClassVar[str] = "have letters of the same band of mean frequency in English"
