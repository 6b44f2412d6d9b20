"""Latent families on numbers: length, vowels, letter frequency, repetition, difficulty."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from latentgym_envs.hangman.latents.word_filter import WordFilter
from latentgym_envs.words.letters import num_vowels, share_by
from latentgym_envs.words.properties import (
    REPETITION,
    Band,
    Test,
    WordProperty,
    named,
    numbered,
    only,
    some,
)

LENGTHS: Mapping[str, Band] = MappingProxyType(
    {"short": (3, 5), "medium": (6, 8), "long": (9, math.inf)}
)
has_rare = some("qxzj")
mean_share = share_by(
    "e 12.7 t 9.1 a 8.2 o 7.5 i 7.0 n 6.7 s 6.3 h 6.1 r 6.0 d 4.3 l 4.0 c 2.8 u 2.8 m 2.4 w 2.4 "
    "f 2.2 g 2.0 y 2.0 p 1.9 b 1.5 v 1.0 k 0.8 j 0.15 x 0.15 q 0.10 z 0.07"
)
"""By the shares that are published for this game."""
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
        "common_letters_only": only("etaoinshrdlu"),
        "has_rare_letter": ("has a Q, X, Z or J", has_rare),
        "no_E": ("has no E", lambda word: "e" not in word),
    }
)
FREQUENCIES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "high": (
            "has letters that are frequent on average (a mean share of at least 6 % in English)",
            lambda word: mean_share(word) >= 6.0,
        ),
        "low": (
            "has letters that are rare on average (a mean share below 4 % in English)",
            lambda word: mean_share(word) < 4.0,
        ),
    }
)
DIFFICULTIES: Mapping[str, tuple[str, Test]] = MappingProxyType(
    {
        "easy": (
            "has 4 to 6 letters, mostly frequent ones and no Q, X, Z or J",
            lambda word: 4 <= len(word) <= 6 and not has_rare(word) and mean_share(word) >= 5.0,
        ),
        "medium": (
            "has 5 to 8 letters of medium frequency",
            lambda word: 5 <= len(word) <= 8 and 3.0 <= mean_share(word) <= 7.0,
        ),
        "hard": (
            "has at least 7 letters, mostly rare ones",
            lambda word: len(word) >= 7 and mean_share(word) <= 5.0,
        ),
        "all": ("is any word of the pool", lambda _: True),
    }
)


@frozen(kw_only=True)
class Length(WordFilter):
    """z is a length or a band of lengths."""

    family: ClassVar[str] = "length"
    choices: ClassVar[tuple[str, ...]] = (*map(str, range(3, 11)), "11_plus", *LENGTHS)
    rule: ClassVar[WordProperty] = numbered(len, "letter", LENGTHS)
    theme: ClassVar[str] = "have the same number of letters, or one in the same band"


@frozen(kw_only=True)
class VowelCount(WordFilter):
    """z is the number of vowels; y is a consonant."""

    family: ClassVar[str] = "vowel_count"
    choices: ClassVar[tuple[str, ...]] = (*map(str, range(6)), "6_plus")
    rule: ClassVar[WordProperty] = numbered(num_vowels, "vowel")
    theme: ClassVar[str] = "have the same number of vowels"


@frozen(kw_only=True)
class VowelShare(WordFilter):
    """z is a band of the share of vowels."""

    family: ClassVar[str] = "vowel_share"
    choices: ClassVar[tuple[str, ...]] = tuple(VOWEL_SHARES)
    rule: ClassVar[WordProperty] = named(VOWEL_SHARES)
    theme: ClassVar[str] = "have a share of vowels in the same band"


@frozen(kw_only=True)
class LetterClass(WordFilter):
    """z is a class of letters that the words keep to, have one of, or avoid."""

    family: ClassVar[str] = "letter_class"
    choices: ClassVar[tuple[str, ...]] = tuple(LETTER_CLASSES)
    rule: ClassVar[WordProperty] = named(LETTER_CLASSES)
    theme: ClassVar[str] = "use or avoid a certain class of letters"


@frozen(kw_only=True)
class LetterFrequency(WordFilter):
    """z is a band of the mean frequency of the letters."""

    family: ClassVar[str] = "letter_frequency"
    choices: ClassVar[tuple[str, ...]] = tuple(FREQUENCIES)
    rule: ClassVar[WordProperty] = named(FREQUENCIES)
    theme: ClassVar[str] = "have letters that are all in all frequent, or all in all rare"


@frozen(kw_only=True)
class Repetition(WordFilter):
    """z is whether letters repeat, or repeat in a row."""

    family: ClassVar[str] = "repetition"
    choices: ClassVar[tuple[str, ...]] = (
        *("no_repeated_letters", "has_repeated_letters", "has_double_letter"),
    )
    rule: ClassVar[WordProperty] = REPETITION
    theme: ClassVar[str] = "follow the same rule on repeated letters"


@frozen(kw_only=True)
class Difficulty(WordFilter):
    """z is a band of length and letter frequency together."""

    family: ClassVar[str] = "difficulty"
    choices: ClassVar[tuple[str, ...]] = tuple(DIFFICULTIES)
    rule: ClassVar[WordProperty] = named(DIFFICULTIES)
    theme: ClassVar[str] = "are in the same band of difficulty"
