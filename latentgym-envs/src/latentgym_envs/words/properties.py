"""Properties that words may share, each written once for all word games."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from attrs import frozen

from latentgym_core.wording import counted
from latentgym_envs.words.letters import has_double, outline

Test = Callable[[str], bool]
"""Whether a word has a property."""
Band = tuple[float, float]
"""Least and greatest number."""
NO_BANDS: Mapping[str, Band] = MappingProxyType({})


@frozen
class WordProperty:
    """A property with a value: the first letter, the number of vowels.

    Attributes:
        test: What a value asks of a word.
        clause: What it says of a word that passes: `begins with S`.
    """

    test: Callable[[str], Test]
    clause: Callable[[str], str]


def spelt(test: Callable[[str], Test], said: str) -> WordProperty:
    """A property whose values are letters.

    Args:
        test: What letters in lower case ask of a word.
        said: The clause, with a gap for the letters in capitals.
    """
    return WordProperty(lambda value: test(value.lower()), lambda value: said.format(value.upper()))


def named(tests: Mapping[str, tuple[str, Test]]) -> WordProperty:
    """A property whose values are named tests, each with its clause."""
    return WordProperty(lambda value: tests[value][1], lambda value: tests[value][0])


def listed(sets: Mapping[str, frozenset[str]], kind: str) -> WordProperty:
    """A property whose values are names of sets of words; `kind` says what these are."""
    return WordProperty(
        lambda value: sets[value].__contains__,
        lambda value: f"belongs to the {kind} {value.replace('_', ' ')}",
    )


def numbered(
    measure: Callable[[str], int], noun: str, bands: Mapping[str, Band] = NO_BANDS
) -> WordProperty:
    """A property whose values are numbers, as in `3`, `11_plus`, or the names of `bands`.

    Args:
        measure: The number of a word.
        noun: What it counts.
        bands: Names of further values.
    """

    def band(value: str) -> Band:
        least, _, more = value.partition("_")
        return bands[value] if value in bands else (int(least), math.inf if more else int(least))

    def test(value: str) -> Test:
        low, high = band(value)
        return lambda word: low <= measure(word) <= high

    def clause(value: str) -> str:
        low, high = band(value)
        if low == high:
            return f"has {counted(int(low), noun)}"
        return f"has at least {low} {noun}s" if high == math.inf else f"has {low} to {high} {noun}s"

    return WordProperty(test, clause)


def placed(
    read: Callable[[str], Iterable[tuple[int, str]]], ordinal: Callable[[int], str]
) -> WordProperty:
    """A property whose values are letters at places.

    Args:
        read: Places (from 0, or -1 for the end) with their letters.
        ordinal: How a place is said: `1st`.
    """

    def test(value: str) -> Test:
        pairs = tuple(read(value))
        return lambda word: all(
            place < len(word) and word[place] == letter for place, letter in pairs
        )

    def clause(value: str) -> str:
        said = (f"{letter.upper()} as its {ordinal(place)}" for place, letter in read(value))
        return f"has {' letter and '.join(said)} letter"

    return WordProperty(test, clause)


def only(letters: str) -> tuple[str, Test]:
    """That a word has no other letters."""
    return f"has only letters out of {letters.upper()}", frozenset(letters).issuperset


def some(letters: str) -> Test:
    """Whether a word has at least one of the letters."""
    wanted = frozenset(letters)
    return lambda word: not wanted.isdisjoint(word)


def inside(letters: str) -> Test:
    """Whether a word has the letters in a row."""
    return lambda word: letters in word


def repeated(word: str) -> list[int]:
    """How often each letter occurs that occurs more than once."""
    return [count for count in Counter(word).values() if count > 1]


BEGINS = spelt(lambda letters: lambda word: word.startswith(letters), "begins with {}")
ENDS = spelt(lambda letters: lambda word: word.endswith(letters), "ends with {}")
CONTAINS = spelt(inside, "contains {}")
HAS_LETTER = spelt(inside, "contains the letter {}")
DOUBLES = spelt(lambda letter: inside(2 * letter), "contains {0}{0}")
PATTERN = spelt(
    lambda kinds: lambda word: outline(word) == kinds,
    "has the pattern {} (C is a consonant, V a vowel)",
)
REPETITION = named(
    {
        "no_repeated_letters": ("repeats no letter", lambda word: len(set(word)) == len(word)),
        "has_repeated_letters": ("repeats a letter", lambda word: len(set(word)) < len(word)),
        "one_repeated_letter": (
            "has exactly one letter twice, and no other letter more than once",
            lambda word: repeated(word) == [2],
        ),
        "multiple_repeated_letters": (
            "has at least two letters that occur more than once",
            lambda word: len(repeated(word)) >= 2,
        ),
        "has_double_letter": ("has the same letter twice in a row", has_double),
    }
)
