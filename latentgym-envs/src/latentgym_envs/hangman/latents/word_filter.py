"""What all latents of hangman have in common."""

import math
import random
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.filters import FilterLatent
from latentgym_core.wording import choices
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.hangman.task import Task

if TYPE_CHECKING:
    from latentgym_core.families.distinct_draws import Mask

LARGEST_POOL = "common"


@frozen(kw_only=True)
class WordFilter(FilterLatent[str]):
    """z names a property, and every word with it is equally likely in every task.

    Where a preset fixes z, only the draw is fixed: `support`, and with it every Bayesian player,
    still holds all values of the family possible, because nobody tells a player the id.

    Attributes:
        value: The property, one of `choices` in any case; None: drawn once per sequence.
    """

    z_type: ClassVar[Any] = str
    choices: ClassVar[tuple[str, ...]]
    """Every value of the family."""
    theme: ClassVar[str]
    """What the words share, without saying which: `begin with the same letter`."""

    value: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.value is not None:
            # Published ids differ in case (`cluster_ch`, `ending_ABLE`); either spelling is right.
            object.__setattr__(self, "value", self._as_listed(self.value))

    @abstractmethod
    def clause(self, z: str) -> str:
        """What is true of every word: `begins with S`."""

    def values(self) -> Iterable[str]:
        """The choices in their order."""
        return self.choices

    def pool(self, core_env: AnyCoreEnv) -> Sequence[str]:
        """The words of the core env's pool."""
        return _game(core_env, self.family).candidates()

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> str:
        """The fixed value, or one drawn uniformly from the usable ones.

        Raises:
            EnvError: Too few words have the property; says how many, and which pool has more.
        """
        try:
            return super().draw(core_envs, rng)
        except EnvError as error:
            if all(_game(each, self.family).pool == LARGEST_POOL for each in core_envs):
                raise
            raise EnvError(f"{error} Use ?env.pool={LARGEST_POOL}.") from error

    def support(self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts) -> list[tuple[str, float]]:
        """Every usable value of the family with its log prior (uniform), also for a fixed z."""
        del visible
        least = max(1, self.min_pool)
        usable = [
            value
            for value in self.choices
            if all(len(self.members(game, value)) >= least for game in core_envs)
        ]
        return [(value, -math.log(len(usable))) for value in usable]

    def make_task(self, candidate: str, core_env: AnyCoreEnv) -> Task:
        """The task that hides this word, with the core env's lives and turns."""
        return _game(core_env, self.family).task(candidate)

    def candidate(self, task: Task) -> str:
        """The hidden word."""
        return task.target_word

    def fitting(self, core_env: AnyCoreEnv, told: FinishedTask) -> "Mask":
        """The words that would have been answered so."""
        from latentgym_envs.hangman.latents.fitting import fitting_words

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

    def _as_listed(self, value: Any) -> str:
        listed = {choice.lower(): choice for choice in self.choices}
        found = listed.get(str(value).lower())
        if found is None:
            raise SpecError(
                f"value is {value!r}; {self.family} has the values {choices(value, self.choices)}"
            )
        return found


def _game(core_env: AnyCoreEnv, family: str) -> Hangman:
    if not isinstance(core_env, Hangman):
        raise EnvError(f"{family} makes tasks for hangman, not for {type(core_env).__name__}.")
    return core_env
