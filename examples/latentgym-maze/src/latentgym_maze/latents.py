"""Where the exits of a sequence lie."""

import math
import random
from collections.abc import Iterator
from typing import Any, ClassVar

from attrs import field, frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, TaskContext
from latentgym_core.contract.told import FinishedTask
from latentgym_core.families.shared import SharedLatent
from latentgym_maze.exploring import exits_left
from latentgym_maze.grid import EXITS
from latentgym_maze.maze import Maze, MazeTask

PLACES = tuple(EXITS)


@frozen(kw_only=True)
class ExitPlan:
    """z: where the first exit lies, and how many places clockwise each next one is."""

    first: str
    step: int


@frozen(kw_only=True)
class WanderingExit(SharedLatent[ExitPlan]):
    """Exits move clockwise around the edge by a fixed step; step 0 keeps them in one place.

    Attributes:
        min_step: Smallest step, 0 to 7.
        max_step: Largest step, `min_step` to 7.
    """

    family: ClassVar[str] = "wandering_exit"
    z_type: ClassVar[Any] = ExitPlan
    min_step: int = 0
    max_step: int = field(default=7)

    @max_step.validator
    def _check(self, _: Any, max_step: int) -> None:
        if not 0 <= self.min_step <= max_step < len(PLACES):
            raise ValueError(
                f"steps from {self.min_step} to {max_step}; allowed are 0 to {len(PLACES) - 1}"
            )

    @property
    def steps(self) -> range:
        """The steps z may have."""
        return range(self.min_step, self.max_step + 1)

    def exit_at(self, z: ExitPlan, index: int) -> str:
        """Where the exit of task `index` lies."""
        return PLACES[(PLACES.index(z.first) + index * z.step) % len(PLACES)]

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> ExitPlan:
        """First place and step, each uniform."""
        del core_envs
        return ExitPlan(first=rng.choice(PLACES), step=rng.choice(self.steps))

    def task(self, z: ExitPlan, context: TaskContext, rng: random.Random) -> MazeTask:
        """New walls around an exit that z decides."""
        game = context.core_env
        assert isinstance(game, Maze)
        return game.draw_task(self.exit_at(z, context.index), rng)

    def describe(self, z: ExitPlan) -> str:
        """The place, or the first place and the step."""
        if self.max_step == 0:
            return f"The exit always lies in the {z.first}."
        return (
            f"The exit of the first maze lies in the {z.first}; from maze to maze it moves "
            f"{z.step} of the eight places clockwise."
        )

    def hint(self) -> str:
        """Where to look."""
        return "Keep an eye on where the exits lie."

    def disclosure(self) -> str:
        """The family without the place or the step."""
        if self.max_step == 0:
            return "The exit lies in the same place in every maze."
        return (
            "From maze to maze the exit moves clockwise along the eight places it may lie in, "
            f"always by the same number of places, {self.min_step} to {self.max_step}."
        )

    # ---- exact inference: what a maze hides, and what playing it told

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> Iterator[tuple[ExitPlan, float]]:
        """Every first place with every step, equally likely."""
        del core_envs, visible
        log_prior = -math.log(len(PLACES) * len(self.steps))
        for first in PLACES:
            for step in self.steps:
                yield ExitPlan(first=first, step=step), log_prior

    def log_prob(self, task: MazeTask, z: ExitPlan, context: TaskContext) -> float:
        """0 where z puts the exit; the walls, which do not depend on z, are left out."""
        return 0.0 if task.place == self.exit_at(z, context.index) else -math.inf

    def secrets(self, z: ExitPlan, core_env: AnyCoreEnv, index: int) -> dict[str, float]:
        """The exit of task `index`."""
        del core_env
        return {self.exit_at(z, index): 1.0}

    def clue(self, core_env: AnyCoreEnv, told: FinishedTask) -> tuple[str, ...]:
        """Where the exit can have been."""
        del core_env
        if told.revealed is not None:
            return (told.revealed["exit"],)
        return exits_left(told.visible, told.turns, found=told.solved)

    def likelihood(self, core_env: AnyCoreEnv, clue: tuple[str, ...]) -> dict[str, float]:
        """A maze answers alike wherever else its exit is."""
        del core_env
        return dict.fromkeys(clue, 1.0)
