"""Families on letters and their places: first, last, anywhere, at a place, kinds of letters."""

from itertools import product
from string import ascii_lowercase
from typing import ClassVar

from attrs import frozen

from latentgym_envs.shared.words.word_latent import SharedWords
from latentgym_envs.words.letters import outline
from latentgym_envs.words.properties import BEGINS, ENDS, HAS_LETTER, WordProperty, placed

PLACES = ("first", "second", "third")  # words of word ladder have three letters or more
KINDS = {"c": "a consonant", "v": "a vowel"}


@frozen(kw_only=True)
class SharedStart(SharedWords):
    """z is the first letter."""

    family: ClassVar[str] = "shared_start"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    rule: ClassVar[WordProperty] = BEGINS
    theme: ClassVar[str] = "begins with the same letter"


@frozen(kw_only=True)
class SharedEnd(SharedWords):
    """z is the last letter."""

    family: ClassVar[str] = "shared_end"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    rule: ClassVar[WordProperty] = ENDS
    theme: ClassVar[str] = "ends with the same letter"


@frozen(kw_only=True)
class SharedContains(SharedWords):
    """z is a letter that occurs anywhere."""

    family: ClassVar[str] = "shared_contains"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_lowercase)
    rule: ClassVar[WordProperty] = HAS_LETTER
    theme: ClassVar[str] = "contains a certain letter, always the same"


def _letter_and_place(value: str) -> tuple[tuple[int, str]]:
    letter, _, place = value.partition("_")
    return ((PLACES.index(place), letter),)


@frozen(kw_only=True)
class SharedLetterAt(SharedWords):
    """z is a letter and its place, written `a_second`."""

    family: ClassVar[str] = "shared_letter_at"
    choices: ClassVar[tuple[str, ...]] = tuple(
        f"{letter}_{place}" for place in PLACES for letter in ascii_lowercase
    )
    rule: ClassVar[WordProperty] = placed(_letter_and_place, PLACES.__getitem__)
    theme: ClassVar[str] = "has the same letter at the same place, one of the first three"


def _beginning(z: str) -> str:
    first, second, third = (KINDS[kind] for kind in z)
    return f"begins with {first}, {second} and {third}"


@frozen(kw_only=True)
class SharedPattern(SharedWords):
    """z is the kinds of the first three letters, written `cvc`: vowels are a, e, i, o and u."""

    family: ClassVar[str] = "shared_pattern"
    choices: ClassVar[tuple[str, ...]] = tuple(map("".join, product("cv", repeat=3)))
    rule: ClassVar[WordProperty] = WordProperty(
        lambda kinds: lambda word: outline(word[:3]) == kinds, _beginning
    )
    theme: ClassVar[str] = (
        "begins with the same pattern of vowels and consonants in its first three letters"
    )
