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

FAMILIES: Mapping[str, WordFilter] = MappingProxyType(
    {
        each.family: each()
        for each in (
            *(Length, VowelCount, VowelShare, LetterClass, LetterFrequency, Repetition),
            *(StartsWith, EndsWith, Ending, Cluster, Contains, Double, Category, Difficulty),
        )
    }
)
PROPERTIES: Mapping[str, tuple[WordFilter, str]] = MappingProxyType(
    {each.name: (FAMILIES[each.family], each.value) for each in presets()}
)


@frozen(kw_only=True)
class Property(WordFilter):
    """z is one of the published ids: first find out which kind of property it is, then which.

    Attributes:
        value: A published id; None: drawn once per sequence.
    """

    family: ClassVar[str] = "property"
    choices: ClassVar[tuple[str, ...]] = tuple(PROPERTIES)
    theme: ClassVar[str] = "share a property of their letters, their length or their meaning"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word has the property."""
        family, chosen = PROPERTIES[value]
        return family.accepts(candidate, chosen)

    def clause(self, z: str) -> str:
        """The property."""
        family, chosen = PROPERTIES[z]
        return family.clause(chosen)
