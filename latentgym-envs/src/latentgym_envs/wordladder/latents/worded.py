"""Latent families whose laws are named: orders, substitutions and looks of the words between."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from attrs import field, frozen

from latentgym_core.contract.validators import whole_number
from latentgym_core.errors import SpecError
from latentgym_core.wording import choices
from latentgym_envs.wordladder.env import WordLadder
from latentgym_envs.wordladder.latents.pair_latent import PairLatent


@frozen(kw_only=True)
class WordedLatent(PairLatent):
    """A family of a few named laws."""

    clauses: ClassVar[Mapping[str, str]]
    """Every law of the family, and what it says of each ladder."""
    topic: ClassVar[str]
    """What all of its laws speak of, for `full_info`."""

    def __attrs_post_init__(self) -> None:
        if self.value is not None and self.value not in self.clauses:
            raise SpecError(
                f"value is {self.value!r}; {self.family} has the values "
                f"{choices(self.value, self.clauses)}"
            )

    def values_in(self, game: WordLadder) -> Iterable[str]:
        """All laws of the family."""
        del game
        return self.clauses

    def describe(self, z: str) -> str:
        """What the law says."""
        return f"Every ladder has a shortest solution in which {self.clauses[z]}."

    def disclosure(self) -> str:
        """The topic and the number of laws."""
        return (
            f"The solutions of all ladders obey one and the same rule about {self.topic}; it is "
            f"one of {len(self.clauses)} such rules."
        )


@frozen(kw_only=True)
class PlaceOrder(WordedLatent):
    """In which order the places of a word change."""

    family: ClassVar[str] = "order"
    kind: ClassVar[str] = "order"
    topic: ClassVar[str] = "the order in which the places of the word are changed"
    clauses: ClassVar[Mapping[str, str]] = {
        "left_to_right": "no change is left of the change before",
        "right_to_left": "no change is right of the change before",
        "outside_in": (
            "no change is farther than the change before from the middle between the first letter "
            "and the rightmost letter that changes"
        ),
        "outside_in_centred": (
            "no change is farther than the change before from the middle of the word"
        ),
    }


@frozen(kw_only=True)
class Substitutions(WordedLatent):
    """Which letters replace which."""

    family: ClassVar[str] = "subs"
    kind: ClassVar[str] = "subs"
    topic: ClassVar[str] = "which letters are replaced by which"
    clauses: ClassVar[Mapping[str, str]] = {
        "vowel_swaps": "vowels are replaced by vowels and nothing else changes",
        "consonant_swaps": "consonants are replaced by consonants and nothing else changes",
        "alternating": "the letters that are replaced are a vowel and a consonant in turn",
        "phonetic_group": (
            "a consonant is replaced by a vowel, a vowel by any letter, or a consonant by one "
            "that sounds alike (within bpdt, fvsz or mnlr)"
        ),
    }


@frozen(kw_only=True)
class LooksLatent(PairLatent):
    """All words between start and target share a look."""

    clause: ClassVar[str]
    """What is true of each of them, with `{}` for z."""
    topic: ClassVar[str]
    """What the family is about, for `full_info`."""
    choices: ClassVar[tuple[str, ...]]
    """The values that an open family draws from; others can be fixed."""

    min_steps: int = field(default=3, validator=whole_number(1))

    def values_in(self, game: WordLadder) -> Iterable[str]:
        """The choices."""
        del game
        return self.choices

    def describe(self, z: str) -> str:
        """The look."""
        return (
            f"Every ladder has a shortest solution in which each word between start and target "
            f"{self.clause.format(z)}."
        )

    def disclosure(self) -> str:
        """What the words share, and among how many possibilities."""
        return (
            f"In the solutions of all ladders, the words between start and target {self.topic}, "
            f"one of {len(self.choices)} possibilities."
        )


@frozen(kw_only=True)
class FamilyContains(LooksLatent):
    """They contain the same letters in a row."""

    family: ClassVar[str] = "family_contains"
    kind: ClassVar[str] = "contains"
    clause: ClassVar[str] = "contains {}"
    topic: ClassVar[str] = "contain the same pair of letters"
    choices: ClassVar[tuple[str, ...]] = tuple("or an at ar al ai ea ee en in oo ol on re".split())


@frozen(kw_only=True)
class FamilyEnds(LooksLatent):
    """They end with the same letter."""

    family: ClassVar[str] = "family_ends"
    kind: ClassVar[str] = "ends"
    clause: ClassVar[str] = "ends with {}"
    topic: ClassVar[str] = "end with the same letter"
    choices: ClassVar[tuple[str, ...]] = tuple("edgklmnprsty")


@frozen(kw_only=True)
class FamilyPattern(LooksLatent):
    """They have vowels and consonants at the same places."""

    family: ClassVar[str] = "family_pattern"
    kind: ClassVar[str] = "pattern"
    clause: ClassVar[str] = "is spelled {} (v for a, e, i, o, u and c for any other letter)"
    topic: ClassVar[str] = "have vowels and consonants at the same places"
    choices: ClassVar[tuple[str, ...]] = ("cvcc", "cvcv", "ccvc", "cvvc", "cvc")
