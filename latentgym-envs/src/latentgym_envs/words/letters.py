"""What is counted and compared in the letters of a word."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

VOWELS = frozenset("aeiou")  # y is a consonant, in all word games


def num_vowels(word: str) -> int:
    """How many of the letters are a, e, i, o or u."""
    return sum(letter in VOWELS for letter in word)


def outline(word: str) -> str:
    """The word with every vowel written `v` and every other letter `c`."""
    return "".join("v" if letter in VOWELS else "c" for letter in word)


def has_double(word: str) -> bool:
    """Whether two neighbours are equal."""
    return any(one == other for one, other in pairwise(word))


def share_by(text: str) -> Callable[[str], float]:
    """Make the measure of how frequent the letters of a word are on average.

    Args:
        text: Letters, each with its share in English text in percent: `e 12.7 t 9.1`.
    """
    parts = text.split()
    percent: Mapping[str, float] = MappingProxyType(
        dict(zip(parts[::2], map(float, parts[1::2]), strict=True))
    )
    return lambda word: sum(percent[letter] for letter in word) / len(word)


def edit_distance(one: str, other: str) -> int:
    """Fewest letters to insert, delete or replace (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        diagonal, row[0] = row[0], i
        for j, hidden in enumerate(other, start=1):
            cost = diagonal if letter == hidden else 1 + min(diagonal, row[j], row[j - 1])
            diagonal, row[j] = row[j], cost
    return row[-1]
