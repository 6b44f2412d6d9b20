"""Letter counts, frequencies and distances, as the published predicates measure them."""

from collections.abc import Mapping
from types import MappingProxyType

VOWELS = frozenset("aeiou")  # y is a consonant
COMMON = frozenset("etaoinshrdlcu")
RARE = frozenset("qzxjkvbwfgyp")
CLUSTERS = tuple("br st tr gr cr bl cl fl pl sl dr fr pr sc sk sm sn sp sw tw".split())
_PERCENT = (
    "e 12.70 t 9.06 a 8.17 o 7.51 i 6.97 n 6.75 s 6.33 h 6.09 r 5.99 d 4.25 l 4.03 c 2.78 u 2.76 "
    "m 2.41 w 2.36 f 2.23 g 2.02 y 1.97 p 1.93 b 1.29 v 0.98 k 0.77 j 0.15 x 0.15 q 0.10 z 0.07"
).split()
PERCENT: Mapping[str, float] = MappingProxyType(
    dict(zip(_PERCENT[::2], map(float, _PERCENT[1::2]), strict=True))
)
"""Share of each letter in English text in percent, as published for this game."""


def num_vowels(word: str) -> int:
    """How many of the letters are a, e, i, o or u."""
    return sum(letter in VOWELS for letter in word)


def outline(word: str) -> str:
    """The word with every vowel written `v` and every other letter `c`."""
    return "".join("v" if letter in VOWELS else "c" for letter in word)


def mean_frequency(word: str) -> float:
    """Mean share of the word's letters in percent."""
    return sum(PERCENT[letter] for letter in word) / len(word)


def edit_distance(one: str, other: str) -> int:
    """Fewest letters to insert, delete or replace (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        diagonal, row[0] = row[0], i
        for j, hidden in enumerate(other, start=1):
            cost = diagonal if letter == hidden else 1 + min(diagonal, row[j], row[j - 1])
            diagonal, row[j] = row[j], cost
    return row[-1]
