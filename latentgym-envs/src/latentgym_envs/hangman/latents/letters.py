"""Letter counts and letter frequencies of a word, as the published predicates measure them."""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VOWELS = frozenset("aeiou")  # y is a consonant
COMMON = frozenset("etaoinshrdlu")
RARE = frozenset("qxzj")
_PERCENT = (
    "e 12.7 t 9.1 a 8.2 o 7.5 i 7.0 n 6.7 s 6.3 h 6.1 r 6.0 d 4.3 l 4.0 c 2.8 u 2.8 m 2.4 w 2.4 "
    "f 2.2 g 2.0 y 2.0 p 1.9 b 1.5 v 1.0 k 0.8 j 0.15 x 0.15 q 0.10 z 0.07"
).split()
PERCENT: Mapping[str, float] = MappingProxyType(
    dict(zip(_PERCENT[::2], map(float, _PERCENT[1::2]), strict=True))
)
"""Share of each letter in English text in percent, as published for this game."""


def num_vowels(word: str) -> int:
    """How many of the letters are a, e, i, o or u."""
    return sum(letter in VOWELS for letter in word)


def mean_frequency(word: str) -> float:
    """Mean share of the word's letters in percent."""
    return sum(PERCENT[letter] for letter in word) / len(word)


def has_double(word: str) -> bool:
    """Whether two neighbours are equal."""
    return any(one == other for one, other in pairwise(word))
