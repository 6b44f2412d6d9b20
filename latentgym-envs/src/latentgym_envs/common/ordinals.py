"""Places in words, counted from 1."""

from collections.abc import Sequence

SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


def ordinal(place: int) -> str:
    """`3rd`, for place 2."""
    number = place + 1
    suffix = "th" if number % 100 in (11, 12, 13) else SUFFIXES.get(number % 10, "th")
    return f"{number}{suffix}"


def listed(places: Sequence[int], word: str = "and") -> str:
    """`1st, 2nd or 4th`, for places 0, 1, 3."""
    *most, last = map(ordinal, places)
    return f"{', '.join(most)} {word} {last}" if most else last
