"""Filter families: z is a predicate, and tasks come from the candidates that satisfy it."""

import math
import random
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from attrs import evolve, field, frozen

from latentgym_core.contract.beliefs import Beliefs, Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.errors import EnvError
from latentgym_core.keeping import kept
from latentgym_core.wording import counted

if TYPE_CHECKING:
    from latentgym_core.families.distinct_draws import Mask

ValueT = TypeVar("ValueT")
MANY_VALUES = 1024  # of all games; a pool has thousands of candidates, a run many tasks


@frozen(kw_only=True)
class FilterLatent(Latent[ValueT]):
    """A predicate with one value (a letter, a length, a pair of places) over a pool of candidates.

    A preset fixes the value, so nothing is drawn and z is that value; an open family leaves it
    None and draws it uniformly from `values`, among those that leave at least `min_pool`
    candidates in every game of the sequence.

    Attributes:
        value: The fixed value; None: drawn once per sequence.
        min_pool: Fewest candidates a value may leave, at least 1.
        once_fixed: In an opened family, the value that was fixed: whoever infers holds it possible
            even if the family never draws it.
    """

    replacement: ClassVar[bool] = True
    """Whether a candidate may come twice; without, the pool starts over when it is used up."""

    value: Any = None
    min_pool: int = 1
    once_fixed: Any = field(default=None, init=False, repr=False)

    @property
    def uses_history(self) -> bool:
        """Only tasks that do not come twice depend on each other."""
        return not self.replacement

    @abstractmethod
    def pool(self, core_env: AnyCoreEnv) -> Sequence[Any]:
        """All candidates of a game, in a fixed order (cached by whoever makes them)."""

    @abstractmethod
    def accepts(self, candidate: Any, value: ValueT) -> bool:
        """Whether the candidate satisfies the predicate."""

    def test(self, value: ValueT) -> Callable[[Any], bool]:
        """`accepts` for one value, where a whole pool is asked."""
        return lambda candidate: self.accepts(candidate, value)

    @abstractmethod
    def make_task(self, candidate: Any, core_env: AnyCoreEnv) -> Any:
        """The task that hides this candidate."""

    @abstractmethod
    def candidate(self, task: Any) -> Any:
        """The candidate that a task hides."""

    def fitting(self, core_env: AnyCoreEnv, told: FinishedTask) -> "Mask":
        """Which candidates would have been answered as a task was, in the order of `pool`.

        By default every one is played; a game's own families know a quicker way.

        Args:
            core_env: The game.
            told: What the task told; the last may be unfinished.

        Returns:
            Shape [candidates]; where the task is known, it leaves its own candidate alone.
        """
        from latentgym_core.families.replaying import fitting_by_playing

        return fitting_by_playing(self, core_env, told)

    def values(self) -> Iterable[ValueT]:
        """Every value of an open family, in a fixed order."""
        return ()

    @kept(MANY_VALUES)
    def members(self, core_env: AnyCoreEnv, value: ValueT) -> tuple[Any, ...]:
        """The candidates that satisfy the predicate, in pool order."""
        return tuple(filter(self.test(value), self.pool(core_env)))

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> ValueT:
        """The fixed value, or one drawn uniformly from the usable ones."""
        usable = self._usable(core_envs)
        if not usable:
            raise EnvError(self._shortage(core_envs))
        return usable[0] if self.value is not None else rng.choice(usable)

    def task(self, z: ValueT, context: TaskContext, rng: random.Random) -> Any:
        """A task from the members, with or without replacement."""
        left = self._left(z, context)
        return self.make_task(rng.choice(left), context.core_env)

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> Iterable[tuple[ValueT, float]]:
        """Every usable value with its log prior (uniform)."""
        del visible
        usable = self._usable(core_envs)
        return [(value, -math.log(len(usable))) for value in usable]

    def opened(self) -> "FilterLatent[ValueT]":
        """The family that draws its value; a fixed one that it never draws stays possible."""
        return self if self.value is None or not list(self.values()) else self._opened

    def hypotheses(
        self, core_envs: tuple[AnyCoreEnv, ...]
    ) -> tuple[tuple[ValueT, ...], tuple[float, ...]]:
        """The values that whoever infers holds possible, and the natural logs of their prior.

        A value that was fixed and that the family never draws counts as much as those it draws.
        """
        support, fixed = dict(self.support(core_envs, {})), self.once_fixed
        known = fixed is None or fixed in support
        if known or not all(self.members(game, fixed) for game in core_envs):
            return tuple(support), tuple(support.values())
        weights = {**support, fixed: sum(support.values()) / max(1, len(support))}
        total = math.log(math.fsum(map(math.exp, weights.values())))
        return tuple(weights), tuple(weight - total for weight in weights.values())

    @cached_property
    def _opened(self) -> "FilterLatent[ValueT]":
        family = evolve(self, value=None)
        object.__setattr__(family, "once_fixed", self.value)
        return family

    def task_support(self, z: ValueT, context: TaskContext) -> Iterable[tuple[Any, float]]:
        """The task of every member that is left."""
        left = self._left(z, context)
        weight = -math.log(max(1, len(left)))
        return [(self.make_task(each, context.core_env), weight) for each in left]

    def log_prob(self, task: Any, z: ValueT, context: TaskContext) -> float:
        """Minus the log of the number of members left, or `-inf`."""
        left = self._left(z, context)
        return -math.log(len(left)) if self.candidate(task) in left else float("-inf")

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> Beliefs | None:
        """Exact, by counting candidates; None where mixed games draw without replacement."""
        from latentgym_core.families.counting import filter_beliefs

        del visible
        return filter_beliefs(self, core_envs, finished)

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: Upcoming,
        finished: tuple[FinishedTask, ...],
        z: ValueT | None = None,
    ) -> Law | None:
        """The law of the next candidate, from the same counts."""
        from latentgym_core.families.counting import filter_law

        return filter_law(self, core_envs, upcoming, finished, z)

    def _usable(self, core_envs: tuple[AnyCoreEnv, ...]) -> list[ValueT]:
        wanted = self.values() if self.value is None else [self.value]
        return self._leaving_enough(wanted, core_envs)

    def _leaving_enough(
        self, values: Iterable[ValueT], core_envs: tuple[AnyCoreEnv, ...]
    ) -> list[ValueT]:
        """Those of the values that leave at least `min_pool` candidates in every game."""
        least = max(1, self.min_pool)
        return [
            value
            for value in values
            if all(len(self.members(game, value)) >= least for game in core_envs)
        ]

    def _left(self, z: ValueT, context: TaskContext) -> Sequence[Any]:
        members = self.members(context.core_env, z)
        if self.replacement:
            return members
        used = {self.candidate(task) for task in context.history}
        return [each for each in members if each not in used] or members

    def _shortage(self, core_envs: tuple[AnyCoreEnv, ...]) -> str:
        if self.value is None:
            return (
                f"No value of {self.family} leaves {counted(max(1, self.min_pool), 'candidate')}."
            )
        counts = ", ".join(
            f"{len(self.members(game, self.value))} of {len(self.pool(game))}" for game in core_envs
        )
        return (
            f"{self.family} with {self.value!r} leaves {counts} candidates, "
            f"fewer than the {max(1, self.min_pool)} it needs; try a larger pool."
        )
