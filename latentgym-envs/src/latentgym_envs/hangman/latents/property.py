"""Latent family `property`: any published property, of whatever family."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from attrs import frozen

from latentgym_envs.hangman.latents.categories import Category
from latentgym_envs.hangman.latents.shape import (
    Difficulty,
    Length,
    LetterClass,
    LetterFrequency,
    Repetition,
    VowelCount,
    VowelShare,
)
from latentgym_envs.hangman.latents.spelling import (
    Cluster,
    Contains,
    Double,
    Ending,
    EndsWith,
    StartsWith,
)
from latentgym_envs.hangman.latents.word_filter import WordFilter
from latentgym_envs.hangman.presets import presets
from latentgym_envs.words.properties import Test, WordProperty

FAMILIES: Mapping[str, WordFilter] = MappingProxyType(
    {
        each.family: each()
        for each in (
            *(Length, VowelCount, VowelShare, LetterClass, LetterFrequency, Repetition),
            *(StartsWith, EndsWith, Ending, Cluster, Contains, Double, Category, Difficulty),
        )
    }
)
PROPERTIES: Mapping[str, tuple[WordProperty, str]] = MappingProxyType(
    {each.name: (FAMILIES[each.family].rule, each.value) for each in presets()}
)


def _test(name: str) -> Test:
    rule, value = PROPERTIES[name]
    return rule.test(value)


def _clause(name: str) -> str:
    rule, value = PROPERTIES[name]
    return rule.clause(value)


@frozen(kw_only=True)
class Property(WordFilter):
    """z is one of the published ids: first find out which kind of property it is, then which.

    Attributes:
        value: A published id; None: drawn once per sequence.
    """

    family: ClassVar[str] = "property"
    choices: ClassVar[tuple[str, ...]] = tuple(PROPERTIES)
    rule: ClassVar[WordProperty] = WordProperty(_test, _clause)
    theme: ClassVar[str] = "share a property of their letters, their length or their meaning"
