"""What all latents of number guessing have in common."""

import math
import random
from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import TypeVar

import numpy as np

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.keeping import kept
from latentgym_envs.number_guessing.clues import evidence
from latentgym_envs.number_guessing.env import NumberGuessing
from latentgym_envs.number_guessing.intervals import Evidence, FloatArray, Interval
from latentgym_envs.number_guessing.task import Task

ZT = TypeVar("ZT")
MAX_VALUES = 100_000  # keeps exact inference in the milliseconds
MAX_SUPPORT = 1_000_000  # values of z that `support` is willing to list
MANY_LAWS = 256  # evidence changes once a task, so this serves as many sequences at once


class NumberLatent(Latent[ZT]):
    """A family under which, given z, every target is uniform over the same numbers.

    Targets of different tasks are independent given z.
    """

    @abstractmethod
    def visible_range(self, z: ZT) -> Interval:
        """The range that every task of the sequence shows."""

    @abstractmethod
    def targets(self, z: ZT) -> tuple[range, ...]:
        """The possible targets: ascending blocks that do not overlap."""

    @abstractmethod
    def draw_target(self, z: ZT, rng: random.Random) -> int:
        """One of `targets(z)`, each with the same probability."""

    @abstractmethod
    def predictive(self, evidence: Evidence, low: int) -> FloatArray:
        """Exact law of the next target.

        Args:
            evidence: What is known of earlier targets of the sequence.
            low: Lower end of the visible range, which some families draw.

        Returns:
            Probabilities of the numbers of the visible range, in order; all zero if the evidence
            is impossible under this family.
        """

    def task(self, z: ZT, context: TaskContext, rng: random.Random) -> Task:
        """A task with the core env's number of turns."""
        game = context.core_env
        if not isinstance(game, NumberGuessing):
            raise EnvError(
                f"{self.family} makes tasks for number_guessing, not for {context.core_env_name}."
            )
        low, high = self.visible_range(z)
        target = self.draw_target(z, rng)
        return Task(target=target, low=low, high=high, max_turns=game.max_turns)

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: Upcoming,
        finished: tuple[FinishedTask, ...],
        z: ZT | None = None,
    ) -> Law:
        """The law of the target over the visible range."""
        del core_envs
        low, high = upcoming.visible["low"], upcoming.visible["high"]
        if z is not None:
            return uniform_law(self.targets(z), low, high)
        return self._law(evidence(finished), low)

    @kept(MANY_LAWS)
    def _law(self, known: Evidence, low: int) -> Law:
        probabilities = self.predictive(known, low)
        return Law(range(low, low + len(probabilities)), probabilities)

    @property
    def uses_history(self) -> bool:
        """Targets are independent given z."""
        return False

    def task_support(self, z: ZT, context: TaskContext) -> list[tuple[Task, float]]:
        """Every possible target, all equally likely."""
        game = context.core_env
        assert isinstance(game, NumberGuessing)
        low, high = self.visible_range(z)
        targets = [target for block in self.targets(z) for target in block]
        weight = -math.log(len(targets))
        make = partial(Task, low=low, high=high, max_turns=game.max_turns)
        return [(make(target=target), weight) for target in targets]

    def hint(self) -> str:
        """That there may be a pattern."""
        return "The hidden numbers may follow a pattern."

    def log_prob(self, task: Task, z: ZT, context: TaskContext) -> float:
        """Uniform over the possible targets."""
        del context
        blocks = self.targets(z)
        possible = any(task.target in block for block in blocks)
        if not possible or (task.low, task.high) != self.visible_range(z):
            return -math.inf
        return -math.log(sum(len(block) for block in blocks))


def uniform_law(blocks: tuple[range, ...], low: int, high: int) -> Law:
    """All numbers of some blocks alike, as a law over low..high."""
    weights = np.zeros(high - low + 1)
    for block in blocks:
        weights[max(0, block.start - low) : max(0, block.stop - low)] = 1.0
    return Law.of(range(low, high + 1), weights)


def check_range(low: int, high: int) -> int:
    """Return how many numbers a visible range holds.

    Raises:
        SpecError: None, or more than `MAX_VALUES`.
    """
    size = high - low + 1
    if not 1 <= size <= MAX_VALUES:
        raise SpecError(
            f"The range from low={low} to high={high} holds {max(0, size)} numbers; it must hold "
            f"from 1 to {MAX_VALUES}."
        )
    return size


def numbers(count: int) -> str:
    """`1 number`, `101 numbers`."""
    return "1 number" if count == 1 else f"{count} numbers"
