"""Families on letters and their places: first, last, anywhere, at a place, kinds of letters."""

from itertools import product
from string import ascii_lowercase
from typing import ClassVar

from attrs import frozen

from latentgym_envs.shared.words.word_latent import SharedWords

VOWELS = frozenset("aeiou")  # y is a consonant, as in all word games here
PLACES = ("first", "second", "third")  # words of word ladder have three letters or more
KINDS = {"c": "a consonant", "v": "a vowel"}


@frozen(kw_only=True)
class SharedStart(SharedWords):
    """z is the first letter."""

    family: ClassVar[str] = "shared_start"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    theme: ClassVar[str] = "begins with the same letter"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word begins with the letter."""
        return candidate[0] == value

    def clause(self, z: str) -> str:
        """The letter."""
        return f"begins with {z.upper()}"


@frozen(kw_only=True)
class SharedEnd(SharedWords):
    """z is the last letter."""

    family: ClassVar[str] = "shared_end"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    theme: ClassVar[str] = "ends with the same letter"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word ends with the letter."""
        return candidate[-1] == value

    def clause(self, z: str) -> str:
        """The letter."""
        return f"ends with {z.upper()}"


@frozen(kw_only=True)
class SharedContains(SharedWords):
    """z is a letter that occurs anywhere."""

    family: ClassVar[str] = "shared_contains"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    theme: ClassVar[str] = "contains a certain letter, always the same"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the letter occurs."""
        return value in candidate

    def clause(self, z: str) -> str:
        """The letter."""
        return f"contains the letter {z.upper()}"


@frozen(kw_only=True)
class SharedLetterAt(SharedWords):
    """z is a letter and its place, written `a_second`."""

    family: ClassVar[str] = "shared_letter_at"
    choices: ClassVar[tuple[str, ...]] = tuple(
        f"{letter}_{place}" for place in PLACES for letter in ascii_lowercase
    )
    theme: ClassVar[str] = "has the same letter at the same place, one of the first three"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the letter stands there."""
        letter, place = _letter_and_place(value)
        return candidate[place : place + 1] == letter

    def clause(self, z: str) -> str:
        """Letter and place."""
        letter, place = _letter_and_place(z)
        return f"has {letter.upper()} as its {PLACES[place]} letter"


@frozen(kw_only=True)
class SharedPattern(SharedWords):
    """z is the kinds of the first three letters, written `cvc`: vowels are a, e, i, o and u."""

    family: ClassVar[str] = "shared_pattern"
    choices: ClassVar[tuple[str, ...]] = tuple(map("".join, product("cv", repeat=3)))
    theme: ClassVar[str] = (
        "begins with the same pattern of vowels and consonants in its first three letters"
    )

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the first three letters are of these kinds."""
        kinds = ["v" if letter in VOWELS else "c" for letter in candidate[:3]]
        return "".join(kinds) == value

    def clause(self, z: str) -> str:
        """The kinds in order."""
        first, second, third = (KINDS[kind] for kind in z)
        return f"begins with {first}, {second} and {third}"


def _letter_and_place(value: str) -> tuple[str, int]:
    letter, _, place = value.partition("_")
    return letter, PLACES.index(place)
