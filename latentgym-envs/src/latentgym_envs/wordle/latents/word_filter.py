"""What all latents of wordle have in common."""

import random
import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrs import evolve, frozen

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.filters import FilterLatent
from latentgym_core.wording import choices
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.task import Task

if TYPE_CHECKING:
    from latentgym_core.families.distinct_draws import Mask

LARGER_POOL: Literal["common"] = "common"


@frozen(kw_only=True)
class WordFilter(FilterLatent[str]):
    """z names a property; words that have it come in random order, each once until all have been.

    Attributes:
        value: The property, in either case: one of `choices`, or in some families anything of
            the same form; None: one of `choices`, drawn once per sequence.
    """

    replacement: ClassVar[bool] = False
    z_type: ClassVar[Any] = str
    choices: ClassVar[tuple[str, ...]]
    """The values that an open family draws from."""
    form: ClassVar[re.Pattern[str] | None] = None
    """What other values look like that may be fixed; None: there are no others."""
    theme: ClassVar[str]
    """What the words share, without saying which: `begin with the same letter`."""

    value: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.value is not None:
            object.__setattr__(self, "value", self._checked(self.value))

    @abstractmethod
    def clause(self, z: str) -> str:
        """What is true of every word: `begins with S`."""

    def values(self) -> Iterable[str]:
        """The choices in their order."""
        return self.choices

    def pool(self, core_env: AnyCoreEnv) -> Sequence[str]:
        """The words that can be targets."""
        return _game(core_env, self.family).candidates()

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> str:
        """The fixed value, or one drawn uniformly from the usable ones.

        Raises:
            EnvError: Too few words have the property; says how many, and which pool has more.
        """
        try:
            return super().draw(core_envs, rng)
        except EnvError as error:
            raise EnvError(f"{error} {self._rescue(core_envs)}") from error

    def make_task(self, candidate: str, core_env: AnyCoreEnv) -> Task:
        """The task that hides this word, under the core env's rules."""
        return _game(core_env, self.family).task(candidate)

    def candidate(self, task: Any) -> str:
        """The hidden word."""
        word: str = task.target_word
        return word

    def fitting(self, core_env: AnyCoreEnv, told: FinishedTask) -> "Mask":
        """The words that would have been answered so."""
        from latentgym_envs.wordle.latents.fitting import fitting_words

        return fitting_words(_game(core_env, self.family), told)

    def describe(self, z: str) -> str:
        """The property."""
        return f"Every hidden word {self.clause(z)}."

    def disclosure(self) -> str:
        """What the words share, and among how many possibilities."""
        return f"All hidden words {self.theme}, one of {len(self.choices)} possibilities."

    def hint(self) -> str:
        """That there may be a property."""
        return "The hidden words may share a property of their letters or their meaning."

    def _rescue(self, core_envs: tuple[AnyCoreEnv, ...]) -> str:
        larger = tuple(evolve(_game(each, self.family), pool=LARGER_POOL) for each in core_envs)
        if self._usable(larger):
            return f"Use ?env.pool={LARGER_POOL}."
        return f"Try words of another length, as in ?env.pool={LARGER_POOL}&env.word_length=8."

    def _checked(self, given: Any) -> str:
        value = str(given).lower()
        if value in self.choices or (self.form is not None and self.form.fullmatch(value)):
            return value
        others = "" if self.form is None else " Others of the same form are values, too."
        raise SpecError(
            f"value is {given!r}; {self.family} has the values "
            f"{choices(given, self.choices)}{others}"
        )


def _game(core_env: AnyCoreEnv, family: str) -> Wordle:
    if not isinstance(core_env, Wordle):
        raise EnvError(f"{family} makes tasks for wordle, not for {type(core_env).__name__}.")
    return core_env
