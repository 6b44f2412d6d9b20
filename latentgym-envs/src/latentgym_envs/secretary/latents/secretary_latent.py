"""What all latents of the secretary problem have in common."""

import math
import random
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

from attrs import evolve, field, frozen

from latentgym_core.contract.beliefs import Beliefs, Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.errors import EnvError
from latentgym_core.families.beliefs import FloatArray
from latentgym_envs.secretary.clues import Values, seen_values, told_by
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.latents.beliefs import inference_of, posterior
from latentgym_envs.secretary.placing import Greatest, Top
from latentgym_envs.secretary.task import Task

ZT = TypeVar("ZT")
MAX_SUPPORT = 20_000  # values of z that are listed; keeps exact inference in the milliseconds


@frozen(kw_only=True)
class SecretaryLatent(Latent[ZT]):
    """A family for the secretary problem.

    A preset fixes the value, so nothing is drawn; an open family leaves it None and draws z
    uniformly from `values`.

    Attributes:
        value: The fixed value of z; None: drawn once per sequence.
    """

    rules_places: ClassVar[bool] = False
    """Whether z says where the greatest value stands, whatever the values are."""
    judges_values: ClassVar[bool] = True
    """Whether z says much of a value beyond its place."""
    remembers: ClassVar[bool] = False
    """Whether a place depends on the one in the task before."""

    value: Any = field(default=None)

    @property
    def uses_history(self) -> bool:
        """Whether a place depends on the one in the task before."""
        return self.remembers

    @property
    def placing(self) -> Top:
        """How the greatest value gets to its place, see `placing`."""
        return "raised"

    @abstractmethod
    def values(self, num_values: int) -> Sequence[ZT]:
        """Every z of the open family for tasks of N values; empty if they are not to be listed."""

    @abstractmethod
    def place_evidence(self, zs: Sequence[ZT], seen: Values, num_values: int) -> FloatArray:
        """P(place of the greatest value, values seen | z); without P(place | z) if `rules_places`.

        Args:
            zs: Values of z, among those of `listed`.
            seen: The first values of a task, as they are shown.
            num_values: N.

        Returns:
            Shape [Z, N], or [N] where it is the same for every z.
        """

    def place_law(self, z: ZT, index: int, previous: int, num_values: int) -> FloatArray:
        """P(place of the greatest value | z, place before), shape [N], where `rules_places`."""
        raise NotImplementedError(f"{self.family} rules no places.")

    @abstractmethod
    def row(self, z: ZT, context: TaskContext, num_values: int, rng: random.Random) -> list[float]:
        """Draw the values of one task."""

    def fixed(self, num_values: int) -> ZT:
        """The fixed value for tasks of N values.

        Raises:
            EnvError: It does not fit into N values.
        """
        del num_values
        fixed: ZT = self.value
        return fixed

    def draw_open(self, num_values: int, rng: random.Random) -> ZT:
        """Draw z of the open family."""
        return rng.choice(self.values(num_values))

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> ZT:
        """The fixed value, or one of the family."""
        num_values = _game(core_envs).num_values
        return self.draw_open(num_values, rng) if self.value is None else self.fixed(num_values)

    def task(self, z: ZT, context: TaskContext, rng: random.Random) -> Task:
        """A task with the core env's number of values."""
        num_values = _game((context.core_env,)).num_values
        return Task(values=tuple(self.row(z, context, num_values, rng)))

    def hint(self) -> str:
        """That there may be a pattern."""
        return "There may be a pattern in where the greatest value appears."

    def opened(self) -> "SecretaryLatent[Any]":
        """The family with its value left open."""
        return evolve(self, value=None)

    def listed(self, num_values: int) -> Sequence[ZT] | FloatArray:
        """The values that inference lists, equally likely at first; empty if there are too many."""
        return self.values(num_values)

    def listed_as(self, z: ZT, num_values: int) -> ZT:
        """Which of `listed` stands for a value of z that a preset may fix."""
        del num_values
        return z

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> Beliefs | None:
        """The posterior over `values`, from the values shown and how each task ended.

        Exact where the family rules places. For the others it rests on the approximations of
        `Inference`, which also the players use: a grid of cut-offs (the entropy is that of its
        cells), values of a shape taken as independent given those before, and the greatest value
        taken as independent of what announces it. None if the values cannot be listed.
        """
        return posterior(self, visible["num_values"], told_by(core_envs, finished))

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: Upcoming,
        finished: tuple[FinishedTask, ...],
        z: ZT | None = None,
    ) -> Law | None:
        """Where the greatest value stands, by the same posterior and the values shown so far."""
        num_values = upcoming.visible["num_values"]
        inference = inference_of(self, num_values, z)
        if len(inference.values) == 0:
            return None
        seen = seen_values(upcoming.visible, upcoming.turns)
        told = told_by(core_envs, finished, upcoming.index)
        kind = (self.placing, self.judges_values)
        places = tuple(Greatest(place, *kind) for place in range(num_values))
        return Law.of(places, inference.weights(told, seen, upcoming.index))

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> list[tuple[ZT, float]] | None:
        """The fixed value, or every z of the family; None if there are too many to list."""
        del core_envs
        if self.value is not None:
            return [(self.fixed(visible["num_values"]), 0.0)]
        values = self.values(visible["num_values"])
        return [(z, -math.log(len(values))) for z in values] or None


def _game(core_envs: tuple[AnyCoreEnv, ...]) -> Secretary:
    for game in core_envs:
        if isinstance(game, Secretary):
            return game
    raise EnvError(
        f"This latent makes tasks for secretary, not for "
        f"{' or '.join(type(game).__name__ for game in core_envs)}."
    )
