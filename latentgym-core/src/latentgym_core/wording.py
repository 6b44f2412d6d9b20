"""Pieces of sentences: numbers with their nouns, and what a misspelt word may have meant."""

import difflib
from collections.abc import Iterable

SHORTEST_PART = 3
"""Letters from which a part of a name stands for it."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: `1 sequence`, `2 sequences`, `3 replies`.

    Args:
        number: How many.
        noun: What, in the singular.
        plural: Where it is not the noun and an s.
    """
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def nearest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The names a misspelt word may have meant, the likeliest first; case does not matter.

    Where none is spelt alike, those that contain the word: `guessing` for `number_guessing`.
    """
    names: dict[str, list[str]] = {}
    for name in dict.fromkeys(known):
        names.setdefault(name.casefold(), []).append(name)
    meant = word.casefold()
    found = [meant] if meant in names else difflib.get_close_matches(meant, names, n=most)
    if not found and len(meant) >= SHORTEST_PART:
        found = [name for name in names if meant in name]
    return [name for each in found for name in names[each]][:most]


def did_you_mean(word: str, known: Iterable[str], otherwise: str = ".", most: int = 1) -> str:
    """The end of a sentence about an unknown word.

    Args:
        word: What was asked for.
        known: What there is.
        otherwise: How the sentence ends where nothing is near.
        most: How many names are offered.
    """
    found = nearest(word, known, most)
    return f"; did you mean {' or '.join(found)}?" if found else otherwise


def choices(word: object, known: Iterable[object]) -> str:
    """All there is to choose from, and which of it an unknown word may have meant."""
    names = [str(each) for each in known]
    return f"{', '.join(names)}{did_you_mean(str(word), names)}"


def one_line(text: str, longest: int = 60) -> str:
    """A text on one line, its end cut off where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def shortened(text: str, longest: int) -> str:
    """Cut the middle of a long text out; both ends are what tells names apart."""
    if len(text) <= longest:
        return text
    tail = longest // 2
    return f"{text[: longest - tail - 1]}…{text[-tail:]}"
