"""Latents about which kinds of letters a word has, and where."""

import re
import string
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from latentgym_envs.wordle.latents.word_filter import WordFilter
from latentgym_envs.words.letters import VOWELS, num_vowels, outline, share_by
from latentgym_envs.words.properties import (
    PATTERN,
    REPETITION,
    Test,
    WordProperty,
    named,
    numbered,
    only,
    some,
)

CLUSTERS = tuple("br st tr gr cr bl cl fl pl sl dr fr pr sc sk sm sn sp sw tw".split())
mean_share = share_by(
    "e 12.70 t 9.06 a 8.17 o 7.51 i 6.97 n 6.75 s 6.33 h 6.09 r 5.99 d 4.25 l 4.03 c 2.78 u 2.76 "
    "m 2.41 w 2.36 f 2.23 g 2.02 y 1.97 p 1.93 b 1.29 v 0.98 k 0.77 j 0.15 x 0.15 q 0.10 z 0.07"
)
"""By the shares that are published for this game."""
FIRST_HALF, SECOND_HALF = (
    frozenset(string.ascii_lowercase[:13]),
    frozenset(string.ascii_lowercase[13:]),
)


LETTER_CLASSES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "common_letters_only": only("etaoinshrdlcu"),
        "has_rare_letter": ("has at least one of the letters QZXJKVBWFGYP", some("qzxjkvbwfgyp")),
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
            lambda word: mean_share(word) > 7,
        ),
        "medium": (
            "has letters whose mean share in English text is 4 to 7 %",
            lambda word: 4 <= mean_share(word) <= 7,
        ),
        "low": (
            "has letters whose mean share in English text is below 4 %",
            lambda word: mean_share(word) < 4,
        ),
    }
)


@frozen(kw_only=True)
class VowelCount(WordFilter):
    """z is the number of vowels; y is a consonant."""

    family: ClassVar[str] = "vowel_count"
    choices: ClassVar[tuple[str, ...]] = tuple("01234")
    form: ClassVar[re.Pattern[str] | None] = re.compile("[0-9]")
    rule: ClassVar[WordProperty] = numbered(num_vowels, "vowel")
    theme: ClassVar[str] = "have the same number of vowels"


@frozen(kw_only=True)
class UniqueLetters(WordFilter):
    """z is the number of different letters."""

    family: ClassVar[str] = "unique_letters"
    choices: ClassVar[tuple[str, ...]] = tuple("345")
    form: ClassVar[re.Pattern[str] | None] = re.compile("[1-9]|1[0-5]")
    rule: ClassVar[WordProperty] = numbered(lambda word: len(set(word)), "different letter")
    theme: ClassVar[str] = "have the same number of different letters"


@frozen(kw_only=True)
class Pattern(WordFilter):
    """z is the sequence of consonants and vowels; y is a consonant."""

    family: ClassVar[str] = "pattern"
    choices: ClassVar[tuple[str, ...]] = ("cvcvc", "cvccv", "vccvc")
    form: ClassVar[re.Pattern[str] | None] = re.compile("[cv]{2,15}")
    rule: ClassVar[WordProperty] = PATTERN
    theme: ClassVar[str] = "have the same sequence of consonants and vowels"


@frozen(kw_only=True)
class Repetition(WordFilter):
    """z is how letters repeat."""

    family: ClassVar[str] = "repetition"
    choices: ClassVar[tuple[str, ...]] = (
        *("no_repeated_letters", "one_repeated_letter"),
        *("multiple_repeated_letters", "has_double_letter"),
    )
    rule: ClassVar[WordProperty] = REPETITION
    theme: ClassVar[str] = "follow the same rule on repeated letters"


@frozen(kw_only=True)
class LetterClass(WordFilter):
    """z is a class of letters that the words keep to, or have one of."""

    family: ClassVar[str] = "letter_class"
    choices: ClassVar[tuple[str, ...]] = tuple(LETTER_CLASSES)
    rule: ClassVar[WordProperty] = named(LETTER_CLASSES)
    theme: ClassVar[str] = "either avoid all rare letters or have at least one"


@frozen(kw_only=True)
class VowelPlaces(WordFilter):
    """z is where vowels are."""

    family: ClassVar[str] = "vowel_places"
    choices: ClassVar[tuple[str, ...]] = tuple(VOWEL_PLACES)
    rule: ClassVar[WordProperty] = named(VOWEL_PLACES)
    theme: ClassVar[str] = "follow the same rule on the places of vowels"


@frozen(kw_only=True)
class AlphabetHalf(WordFilter):
    """z is which half of the alphabet the letters are from."""

    family: ClassVar[str] = "alphabet_half"
    choices: ClassVar[tuple[str, ...]] = tuple(HALVES)
    rule: ClassVar[WordProperty] = named(HALVES)
    theme: ClassVar[str] = "use the two halves of the alphabet in the same way"


@frozen(kw_only=True)
class StartShape(WordFilter):
    """z is the kind of letters that words begin with."""

    family: ClassVar[str] = "start_shape"
    choices: ClassVar[tuple[str, ...]] = tuple(STARTS)
    rule: ClassVar[WordProperty] = named(STARTS)
    theme: ClassVar[str] = "begin with the same kinds of letters"


@frozen(kw_only=True)
class LetterFrequency(WordFilter):
    """z is a band of the mean frequency of the letters."""

    family: ClassVar[str] = "letter_freq"
    choices: ClassVar[tuple[str, ...]] = tuple(FREQUENCIES)
    rule: ClassVar[WordProperty] = named(FREQUENCIES)
    theme: ClassVar[str] = "have letters of the same band of mean frequency in English"
