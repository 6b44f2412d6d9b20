"""What all latents of bandits have in common: a law of the best button from task to task."""

import math
import random
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np

from latentgym_core.contract.beliefs import Beliefs, Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.errors import EnvError
from latentgym_core.families.beliefs import Listed
from latentgym_envs.bandits.clues import Finished, finished_of, game_in
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.filtering import filter_of
from latentgym_envs.bandits.latents.presses import after_presses
from latentgym_envs.bandits.rates import Rates, density, draw_best_first
from latentgym_envs.bandits.task import Last, Task
from latentgym_envs.common.ordinals import ordinal

ZT = TypeVar("ZT")


class BanditLatent(Latent[ZT]):
    """A family under which z, and sometimes the task before, decides which button is best.

    Where a preset fixes z, only the draw is fixed: `support`, and with it every Bayesian player,
    still holds all values of the family possible, because nobody tells a player the id.
    """

    remembers: ClassVar[bool] = False
    """Whether the task before has to do with the best button."""

    @property
    def uses_history(self) -> bool:
        """Whether the task before has to do with the best button."""
        return self.remembers

    @abstractmethod
    def winner_law(self, z: ZT, index: int, num_buttons: int, last: Last) -> Sequence[float]:
        """Probability of each button to be the best of a task.

        Args:
            z: The hidden value.
            index: Task index e, from 0.
            num_buttons: Buttons K.
            last: Best and worst button of the task before.

        Returns:
            Probabilities, shape [K].
        """

    @abstractmethod
    def values(self, num_buttons: int) -> Sequence[ZT]:
        """Every value of z, equally likely, in a fixed order; empty if they cannot be listed."""

    def winner(self, z: ZT, index: int, num_buttons: int, last: Last, rng: random.Random) -> int:
        """Draw the best button: uniform over those that the law allows."""
        law = self.winner_law(z, index, num_buttons, last)
        possible = [button for button, probability in enumerate(law) if probability]
        return possible[0] if len(possible) == 1 else rng.choice(possible)

    def rates(self, z: ZT, best: int, game: Bandits) -> Rates:
        """The law of the success probabilities, given z and the best button."""
        del z
        return game.rates(best)

    def draw_probabilities(
        self, z: ZT, best: int, game: Bandits, rng: random.Random
    ) -> Sequence[float]:
        """Draw the success probabilities; where `rates` differs from the usual, it replaces them.

        What is replaced is drawn all the same, which keeps tasks in step with the published ones.
        """
        usual = game.rates(best)
        drawn = draw_best_first(best, usual, rng)
        laws = zip(drawn, usual, self.rates(z, best, game), strict=True)
        return [value if law == before else law[0] for value, before, law in laws]

    def task(self, z: ZT, context: TaskContext, rng: random.Random) -> Task:
        """Draw the best button, then the probabilities."""
        game = bandits_of(context)
        best = self.winner(z, context.index, len(game.buttons), last_of(context), rng)
        return game.task(self.draw_probabilities(z, best, game, rng))

    def hint(self) -> str:
        """That there may be a pattern."""
        return "Which button is good may follow a pattern."

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> list[tuple[ZT, float]] | None:
        """Every value of the family with its log prior (uniform), also for a fixed z."""
        del core_envs
        values = self.values(len(visible["buttons"]))
        return [(z, -math.log(len(values))) for z in values] or None

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> Beliefs | None:
        """The posterior over `values`, summed over the best buttons and their rates; see `Filter`.

        Exact, but where the task before counts: there the worst button of a task is judged on a
        grid of rates. None if the values cannot be listed.
        """
        game = game_in(core_envs, visible)
        return list_beliefs(self, game, finished_of(core_envs, finished))

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: Upcoming,
        finished: tuple[FinishedTask, ...],
        z: ZT | None = None,
    ) -> Law | None:
        """Best button and rates of a task, by the same posterior; see `Filter`."""
        game = game_in(core_envs, upcoming.visible)
        known = filter_of(self, game, () if z is None else (z,))
        if not known.values:
            return None
        told = finished_of(core_envs, finished, upcoming.index)
        return after_presses(known.law(told, upcoming.index), upcoming)

    def log_prob(self, task: Task, z: ZT, context: TaskContext) -> float:
        """Log probability of the best button plus log density of the success probabilities."""
        game = bandits_of(context)
        law = self.winner_law(z, context.index, len(game.buttons), last_of(context))
        densities = map(density, task.probabilities, self.rates(z, task.best, game))
        joint = law[task.best] * math.prod(densities)
        return math.log(joint) if joint else -math.inf


def bandits_of(context: TaskContext) -> Bandits:
    """The game of a task.

    Raises:
        EnvError: It is another one.
    """
    if not isinstance(context.core_env, Bandits):
        raise EnvError(f"This latent makes tasks for bandits, not for {context.core_env_name}.")
    return context.core_env


def last_of(context: TaskContext) -> Last:
    """Best and worst button of the latest bandits task before."""
    earlier: Any
    for earlier in reversed(context.history):
        if isinstance(earlier, Task):
            return earlier.best, earlier.worst
    return None


def uniform_on(buttons: Sequence[int], num_buttons: int) -> list[float]:
    """The uniform law on some of the buttons; shape [K]."""
    law = [0.0] * num_buttons
    for button in buttons:
        law[button] += 1 / len(buttons)  # two neighbours may be the same one
    return law


def num_buttons_of(core_envs: tuple[AnyCoreEnv, ...]) -> int:
    """Buttons K of the game that a sequence plays.

    Raises:
        EnvError: Bandits is not among the games.
    """
    for game in core_envs:
        if isinstance(game, Bandits):
            return len(game.buttons)
    raise EnvError("This latent makes tasks for bandits, which this sequence does not play.")


def check_index(index: int, num_buttons: int) -> int:
    """Place of a button; a negative index counts from the end.

    Raises:
        EnvError: There is no such button.
    """
    if not -num_buttons <= index < num_buttons:
        raise EnvError(
            f"There is no button {index}: there are {num_buttons}, counted from 0, or from -1 "
            f"backwards."
        )
    return index % num_buttons


def place(button: int) -> str:
    """`the 1st button`, for index 0."""
    return f"the {ordinal(button)} button"


def list_beliefs(latent: "BanditLatent[Any]", game: Bandits, finished: Finished) -> Beliefs | None:
    """The posterior over `latent.values`; None if there are too many to list.

    Args:
        latent: The family.
        game: The game, with the buttons of the sequence.
        finished: What the tasks told.
    """
    known = filter_of(latent, game)
    if not known.values:
        return None
    number = len(known.values)
    prior = np.full(number, -np.log(number))
    return Listed(known.values, prior, known.belief(finished).log_likelihood)
