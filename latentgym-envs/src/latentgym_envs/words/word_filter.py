"""What all latents have in common whose z is a property of words."""

import random
import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from attrs import frozen

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.filters import FilterLatent
from latentgym_core.wording import choices
from latentgym_envs.words.properties import Test, WordProperty


@frozen(kw_only=True)
class PropertyFilter(FilterLatent[str]):
    """z is a value of a property that words may share.

    Attributes:
        value: The property, in either case: one of `choices`, or in some families anything of
            the same form; None: one of `choices`, drawn once per sequence.
    """

    z_type: ClassVar[Any] = str
    choices: ClassVar[tuple[str, ...]]
    """The values that an open family draws from."""
    form: ClassVar[re.Pattern[str] | None] = None
    """What other values look like that may be fixed; None: there are no others."""
    rule: ClassVar[WordProperty]
    """What a value says of a word."""
    theme: ClassVar[str]
    """What the words share, without saying which: `begin with the same letter`."""

    value: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.value is not None:
            object.__setattr__(self, "value", self._as_listed(self.value))

    def values(self) -> Iterable[str]:
        """The choices in their order."""
        return self.choices

    def accepts(self, candidate: str, value: str) -> bool:
        """Whether the word has the property."""
        return self.test(value)(candidate)

    def test(self, value: str) -> Test:
        """What the property asks of a word."""
        return self.rule.test(value)

    def candidate(self, task: Any) -> str:
        """The word that a task is about."""
        word: str = task.target_word
        return word

    def _as_listed(self, given: Any) -> str:
        # Published ids differ in case (`cluster_ch`, `ending_ABLE`); either spelling is right.
        value = str(given).lower()
        listed = {choice.lower(): choice for choice in self.choices}
        if value in listed:
            return listed[value]
        if self.form is not None and self.form.fullmatch(value):
            return value
        others = "" if self.form is None else " Others of the same form are values, too."
        raise SpecError(
            f"value is {given!r}; {self.family} has the values "
            f"{choices(given, self.choices)}{others}"
        )


@frozen(kw_only=True)
class HiddenWords(PropertyFilter):
    """A latent of one game, every task of which hides a word."""

    game: ClassVar[type[Any]]
    """The game, which has a pool, candidates in it, and a task for each."""

    def pool(self, core_env: AnyCoreEnv) -> Sequence[str]:
        """The words that can be hidden."""
        words: Sequence[str] = self._checked(core_env).candidates()
        return words

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> str:
        """The fixed value, or one drawn uniformly from the usable ones.

        Raises:
            EnvError: Too few words have the property; says how many, and which pool has more.
        """
        try:
            return super().draw(core_envs, rng)
        except EnvError as error:
            rescue = self._rescue(tuple(map(self._checked, core_envs)))
            raise EnvError(f"{error} {rescue}".rstrip()) from error

    def make_task(self, candidate: str, core_env: AnyCoreEnv) -> Any:
        """The task that hides this word, under the core env's rules."""
        return self._checked(core_env).task(candidate)

    def describe(self, z: str) -> str:
        """The property."""
        return f"Every hidden word {self.rule.clause(z)}."

    def disclosure(self) -> str:
        """What the words share, and among how many possibilities."""
        return f"All hidden words {self.theme}, one of {len(self.choices)} possibilities."

    def hint(self) -> str:
        """That there may be a property."""
        return "The hidden words may share a property of their letters or their meaning."

    @abstractmethod
    def _rescue(self, games: tuple[Any, ...]) -> str:
        """Where there are enough words; empty if nowhere."""

    def _checked(self, core_env: AnyCoreEnv) -> Any:
        if not isinstance(core_env, self.game):
            raise EnvError(
                f"{self.family} makes tasks for {self.game.__name__.lower()}, not for "
                f"{type(core_env).__name__}."
            )
        return core_env
