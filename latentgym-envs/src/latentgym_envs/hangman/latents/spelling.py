"""Latent families on places of letters: first, last, ending, cluster, double, contained."""

from string import ascii_uppercase
from typing import ClassVar

from attrs import frozen

from latentgym_envs.hangman.latents.word_filter import WordFilter
from latentgym_envs.words.properties import (
    BEGINS,
    DOUBLES,
    ENDS,
    HAS_LETTER,
    Test,
    WordProperty,
)

CLUSTERS = tuple(
    "bl br ch cl cr dr fl fr gl gr pl pr sc sh sk sl sm sn sp st sw th tr tw wh wr".split()
)
ANY_CLUSTER = "any"


@frozen(kw_only=True)
class StartsWith(WordFilter):
    """z is the first letter."""

    family: ClassVar[str] = "starts_with"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_uppercase)
    rule: ClassVar[WordProperty] = BEGINS
    theme: ClassVar[str] = "begin with the same letter"


@frozen(kw_only=True)
class EndsWith(WordFilter):
    """z is the last letter."""

    family: ClassVar[str] = "ends_with"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_uppercase)
    rule: ClassVar[WordProperty] = ENDS
    theme: ClassVar[str] = "end with the same letter"


@frozen(kw_only=True)
class Ending(WordFilter):
    """z is an ending of several letters; a word may be nothing else."""

    family: ClassVar[str] = "ending"
    choices: ClassVar[tuple[str, ...]] = tuple(
        "ING TION LY ED ER EST NESS MENT ABLE LESS FUL".split()
    )
    rule: ClassVar[WordProperty] = ENDS
    theme: ClassVar[str] = "have the same ending of two to four letters"


@frozen(kw_only=True)
class Contains(WordFilter):
    """z is a letter that occurs anywhere."""

    family: ClassVar[str] = "contains"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_uppercase)
    rule: ClassVar[WordProperty] = HAS_LETTER
    theme: ClassVar[str] = "contain a certain letter"


@frozen(kw_only=True)
class Double(WordFilter):
    """z is a letter that occurs twice in a row."""

    family: ClassVar[str] = "double"
    choices: ClassVar[tuple[str, ...]] = tuple(ascii_uppercase)
    rule: ClassVar[WordProperty] = DOUBLES
    theme: ClassVar[str] = "contain a certain letter twice in a row"


def _begins(value: str) -> Test:
    return (lambda word: word.startswith(CLUSTERS)) if value == ANY_CLUSTER else BEGINS.test(value)


def _beginning(value: str) -> str:
    if value == ANY_CLUSTER:
        return f"begins with one of the pairs {', '.join(CLUSTERS).upper()}"
    return BEGINS.clause(value)


@frozen(kw_only=True)
class Cluster(WordFilter):
    """z is a pair of consonants that the words begin with, or `any` of the listed pairs."""

    family: ClassVar[str] = "cluster"
    choices: ClassVar[tuple[str, ...]] = (ANY_CLUSTER, *CLUSTERS)
    rule: ClassVar[WordProperty] = WordProperty(_begins, _beginning)
    theme: ClassVar[str] = "begin with a certain pair of consonants, or with any common one"
