"""How bandits and secretary use the place that a shared latent speaks of, and what they tell."""

import math
import random
from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import Any, ClassVar

import numpy as np

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.errors import EnvError
from latentgym_core.families.shared import Weights
from latentgym_envs.bandits.clues import Evidence, Likelihood, evidence_of
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.rates import Payoffs, draw_best_first
from latentgym_envs.bandits.task import Task as BanditsTask
from latentgym_envs.secretary.clues import Observed, observed
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.likelihood import place_likelihood
from latentgym_envs.secretary.placing import SHARED_TOP, Greatest, place_top
from latentgym_envs.secretary.task import Task as SecretaryTask


class RowGame(ABC):
    """One game."""

    name: ClassVar[str]

    @abstractmethod
    def num_places(self, game: Any) -> int:
        """How long its rows are."""

    @abstractmethod
    def draw_task(self, game: Any, place: int, rng: random.Random) -> Any:
        """A task whose best choice stands at a place."""

    @abstractmethod
    def log_density(self, game: Any, task: Any) -> float:
        """Natural log of the density of a task given the place of its best choice."""

    @abstractmethod
    def secret(self, game: Any, place: int) -> Hashable:
        """A place of the best choice as the game's players look for it."""

    @abstractmethod
    def clue(self, told: FinishedTask) -> Hashable:
        """What a task told about its best choice."""

    @abstractmethod
    def likelihood(self, game: Any, clue: Any) -> Weights:
        """P(clue | place) for every place."""


class InBandits(RowGame):
    """The place of the button that pays most often."""

    name: ClassVar[str] = "bandits"

    def __init__(self) -> None:
        self._likelihood = Likelihood()

    def num_places(self, game: Bandits) -> int:
        """Buttons."""
        return len(game.buttons)

    def draw_task(self, game: Bandits, place: int, rng: random.Random) -> BanditsTask:
        """With the game's usual success probabilities."""
        return game.task(draw_best_first(place, game.rates(place), rng))

    def log_density(self, game: Bandits, task: BanditsTask) -> float:
        """Success probabilities are independent and uniform."""
        known = Evidence((), (task.best,), task.probabilities)
        density = self._likelihood.of_task(known, task.best, game.rates(task.best))
        return math.log(density) if density else -math.inf

    def secret(self, game: Bandits, place: int) -> Payoffs:
        """With the usual success probabilities."""
        return Payoffs(place, game.rates(place))

    def clue(self, told: FinishedTask) -> Evidence:
        """What presses paid, and how the choice turned out."""
        return evidence_of(told)

    def likelihood(self, game: Bandits, clue: Evidence) -> Weights:
        """Integrated over the success probabilities."""
        return {
            place: self._likelihood.of_task(clue, place, game.rates(place))
            for place in range(len(game.buttons))
        }


class InSecretary(RowGame):
    """The place of the greatest value."""

    name: ClassVar[str] = "secretary"

    def num_places(self, game: Secretary) -> int:
        """Values."""
        return game.num_values

    def draw_task(self, game: Secretary, place: int, rng: random.Random) -> SecretaryTask:
        """Independent uniform values, of which the greatest changes places."""
        values = [rng.random() for _ in range(game.num_values)]
        return SecretaryTask(values=tuple(place_top(values, place, SHARED_TOP)))

    def log_density(self, game: Secretary, task: SecretaryTask) -> float:
        """Rows with the greatest value at one place are a share 1/N of all rows."""
        return math.log(game.num_values) if len(task.values) == game.num_values else -math.inf

    def secret(self, game: Secretary, place: int) -> Greatest:
        """It got there by an exchange."""
        del game
        return Greatest(place, SHARED_TOP)

    def clue(self, told: FinishedTask) -> Observed:
        """Values, and whether the accepted one was the greatest."""
        return observed(told)

    def likelihood(self, game: Secretary, clue: Observed) -> Weights:
        """Relative to independent uniform values."""
        density = place_likelihood(clue.seen, game.num_values, SHARED_TOP) * clue.possible
        return {int(place): float(density[place]) for place in np.flatnonzero(density)}


_USES: tuple[tuple[type, RowGame], ...] = ((Bandits, InBandits()), (Secretary, InSecretary()))


def use_of(core_env: AnyCoreEnv) -> RowGame:
    """How a game uses the place.

    Raises:
        EnvError: It has no rows.
    """
    for kind, use in _USES:
        if isinstance(core_env, kind):
            return use
    known = " and ".join(use.name for _, use in _USES)
    raise EnvError(f"Shared places make tasks for {known}, not for {type(core_env).__name__}.")
