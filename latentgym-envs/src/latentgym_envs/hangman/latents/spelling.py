"""Latent families on places of letters: first, last, ending, cluster, double, contained."""

from typing import ClassVar

from attrs import frozen

from latentgym_envs.hangman.latents.letters import ALPHABET
from latentgym_envs.hangman.latents.word_filter import WordFilter

ENDINGS = tuple("ING TION LY ED ER EST NESS MENT ABLE LESS FUL".split())
CLUSTERS = tuple(
    "bl br ch cl cr dr fl fr gl gr pl pr sc sh sk sl sm sn sp st sw th tr tw wh wr".split()
)
ANY_CLUSTER = "any"


@frozen(kw_only=True)
class StartsWith(WordFilter):
    """z is the first letter."""

    family: ClassVar[str] = "starts_with"
    choices: ClassVar[tuple[str, ...]] = tuple(ALPHABET)
    theme: ClassVar[str] = "begin with the same letter"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word begins with the letter."""
        return candidate[0] == value.lower()

    def clause(self, z: str) -> str:
        """The letter."""
        return f"begins with {z}"


@frozen(kw_only=True)
class EndsWith(WordFilter):
    """z is the last letter."""

    family: ClassVar[str] = "ends_with"
    choices: ClassVar[tuple[str, ...]] = tuple(ALPHABET)
    theme: ClassVar[str] = "end with the same letter"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word ends with the letter."""
        return candidate[-1] == value.lower()

    def clause(self, z: str) -> str:
        """The letter."""
        return f"ends with {z}"


@frozen(kw_only=True)
class Ending(WordFilter):
    """z is an ending of several letters."""

    family: ClassVar[str] = "ending"
    choices: ClassVar[tuple[str, ...]] = ENDINGS
    theme: ClassVar[str] = "have the same ending of two to four letters"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word ends so; a word may be nothing else."""
        return candidate.endswith(value.lower())

    def clause(self, z: str) -> str:
        """The ending."""
        return f"ends with {z}"


@frozen(kw_only=True)
class Contains(WordFilter):
    """z is a letter that occurs anywhere."""

    family: ClassVar[str] = "contains"
    choices: ClassVar[tuple[str, ...]] = tuple(ALPHABET)
    theme: ClassVar[str] = "contain a certain letter"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the letter occurs."""
        return value.lower() in candidate

    def clause(self, z: str) -> str:
        """The letter."""
        return f"contains the letter {z}"


@frozen(kw_only=True)
class Double(WordFilter):
    """z is a letter that occurs twice in a row."""

    family: ClassVar[str] = "double"
    choices: ClassVar[tuple[str, ...]] = tuple(ALPHABET)
    theme: ClassVar[str] = "contain a certain letter twice in a row"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the doubled letter occurs."""
        return 2 * value.lower() in candidate

    def clause(self, z: str) -> str:
        """The doubled letter."""
        return f"contains {z}{z}"


@frozen(kw_only=True)
class Cluster(WordFilter):
    """z is a pair of consonants that the words begin with, or `any` of the listed pairs."""

    family: ClassVar[str] = "cluster"
    choices: ClassVar[tuple[str, ...]] = (ANY_CLUSTER, *CLUSTERS)
    theme: ClassVar[str] = "begin with a certain pair of consonants, or with any common one"

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word begins so."""
        return candidate.startswith(CLUSTERS if value == ANY_CLUSTER else value)

    def clause(self, z: str) -> str:
        """The pair."""
        if z == ANY_CLUSTER:
            return f"begins with one of the pairs {', '.join(CLUSTERS).upper()}"
        return f"begins with {z.upper()}"
