"""Latent families with a best button that never changes, or with one that is never the best."""

import random
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from attrs import evolve, frozen

from latentgym_core.contract.beliefs import Beliefs, Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_envs.bandits.clues import finished_of, game_in
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.bandit_latent import (
    BanditLatent,
    check_index,
    num_buttons_of,
    place,
    uniform_on,
)
from latentgym_envs.bandits.latents.presses import after_presses
from latentgym_envs.bandits.latents.vector_beliefs import vector_beliefs, vector_law
from latentgym_envs.bandits.rates import Rates, draw_best_first
from latentgym_envs.bandits.task import Last


@frozen(kw_only=True)
class FixedIndex(BanditLatent[int]):
    """z is the place of the button that is the best in every task; uniform if not fixed.

    Attributes:
        index: The place, from 0, or from -1 backwards; None: drawn once per sequence.
    """

    family: ClassVar[str] = "fixed_index"
    z_type: ClassVar[Any] = int

    index: int | None = None

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> int:
        """The fixed place, or any."""
        num_buttons = num_buttons_of(core_envs)
        if self.index is None:
            return rng.randrange(num_buttons)
        return check_index(self.index, num_buttons)

    def opened(self) -> "FixedIndex":
        """Any place."""
        return evolve(self, index=None)

    def winner_law(self, z: int, index: int, num_buttons: int, last: Last) -> list[float]:
        """Always z."""
        del index, last
        return uniform_on([z], num_buttons)

    def values(self, num_buttons: int) -> range:
        """Every button."""
        return range(num_buttons)

    def describe(self, z: int) -> str:
        """The button."""
        return f"The best button is always {place(z)}."

    def disclosure(self) -> str:
        """That it is one button."""
        return "One and the same button is the best in all tasks; any of them can be it."


@frozen(kw_only=True)
class Excluded(FixedIndex):
    """z is the place of a button that never pays; any other one is the best of a task.

    Attributes:
        index: The place, from 0, or from -1 backwards; None: drawn once per sequence.
    """

    family: ClassVar[str] = "excluded"

    def winner_law(self, z: int, index: int, num_buttons: int, last: Last) -> list[float]:
        """Any button but z."""
        del index, last
        return uniform_on([button for button in range(num_buttons) if button != z], num_buttons)

    def rates(self, z: int, best: int, game: Bandits) -> Rates:
        """The usual ones, and 0 for z."""
        usual = list(game.rates(best))
        usual[z] = (0.0, 0.0)
        return tuple(usual)

    def describe(self, z: int) -> str:
        """The button."""
        return f"{place(z).capitalize()} never pays; any other can be the best of a task."

    def disclosure(self) -> str:
        """That it is one button."""
        return (
            "One and the same button never pays in any task; any other can be the best of a task."
        )


@frozen(kw_only=True)
class FixedVector(BanditLatent[tuple[float, ...]]):
    """z is all success probabilities, the same in every task."""

    family: ClassVar[str] = "fixed_vector"
    z_type: ClassVar[Any] = tuple[float, ...]

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> tuple[float, ...]:
        """Any button is the best; its probability, then the others."""
        (game,) = (each for each in core_envs if isinstance(each, Bandits))
        best = rng.randrange(len(game.buttons))
        return tuple(draw_best_first(best, game.rates(best), rng))

    def winner_law(
        self, z: tuple[float, ...], index: int, num_buttons: int, last: Last
    ) -> list[float]:
        """Always the highest of z."""
        del index, last
        return uniform_on([z.index(max(z))], num_buttons)

    def rates(self, z: tuple[float, ...], best: int, game: Bandits) -> Rates:
        """Exactly z."""
        del best, game
        return tuple((value, value) for value in z)

    def draw_probabilities(
        self, z: tuple[float, ...], best: int, game: Bandits, rng: random.Random
    ) -> tuple[float, ...]:
        """Nothing is drawn."""
        del best, game, rng
        return z

    def values(self, num_buttons: int) -> Sequence[tuple[float, ...]]:
        """There are too many to list."""
        del num_buttons
        return ()

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> Beliefs:
        """Exact, but about the best button alone: nothing is said of how much the buttons pay."""
        return vector_beliefs(game_in(core_envs, visible), finished_of(core_envs, finished))

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: Upcoming,
        finished: tuple[FinishedTask, ...],
        z: tuple[float, ...] | None = None,
    ) -> Law | None:
        """The best button by the same posterior, and what all presses told of the rates."""
        if z is not None:
            return super().foresee(core_envs, upcoming, finished, z)
        game = game_in(core_envs, upcoming.visible)
        law = vector_law(game, finished_of(core_envs, finished))
        return after_presses(law, upcoming)

    def describe(self, z: tuple[float, ...]) -> str:
        """The probabilities in the order of the buttons."""
        listed = ", ".join(f"{value:.2f}" for value in z)
        return f"The buttons pay with the probabilities {listed}, in this order, in every task."

    def disclosure(self) -> str:
        """That nothing changes."""
        return (
            "Every button has the same probability in all tasks, so one button is always the "
            "best; any of them can be it."
        )
