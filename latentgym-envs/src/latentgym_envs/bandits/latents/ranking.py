"""Latent family `ranking`: the order of the buttons from best to worst never changes."""

import random
from collections.abc import Sequence
from typing import Any, ClassVar

from attrs import frozen

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.bandit_latent import (
    BanditLatent,
    num_buttons_of,
    place,
    uniform_on,
)
from latentgym_envs.bandits.latents.index_driven import all_orders, any_order
from latentgym_envs.bandits.rates import Rates
from latentgym_envs.bandits.task import Last

HIGHEST, SPAN, NOISE = 0.8, 0.6, 0.05


@frozen(kw_only=True)
class Ranking(BanditLatent[tuple[int, ...]]):
    """z is all buttons from best to worst.

    The button of rank r = 0 … K-1 pays with 0.8 - 0.6 r / (K - 1), give or take up to 0.05, or less
    where ranks would overlap (K > 7); the core env's usual ranges do not enter.
    """

    family: ClassVar[str] = "ranking"
    z_type: ClassVar[Any] = tuple[int, ...]

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> tuple[int, ...]:
        """Any order."""
        return any_order(num_buttons_of(core_envs), rng)

    def winner_law(
        self, z: tuple[int, ...], index: int, num_buttons: int, last: Last
    ) -> list[float]:
        """Always the first."""
        del index, last
        return uniform_on(z[:1], num_buttons)

    def rates(self, z: tuple[int, ...], best: int, game: Bandits) -> Rates:
        """By rank."""
        del best, game
        noise = _noise(len(z))
        centres = (_centre(z.index(button), len(z)) for button in range(len(z)))
        return tuple((centre - noise, centre + noise) for centre in centres)

    def draw_probabilities(
        self, z: tuple[int, ...], best: int, game: Bandits, rng: random.Random
    ) -> list[float]:
        """From best to worst, as the published generator does."""
        del best, game
        noise = _noise(len(z))
        drawn = {
            button: _centre(rank, len(z)) + rng.uniform(-noise, noise)
            for rank, button in enumerate(z)
        }
        return [drawn[button] for button in range(len(z))]

    def values(self, num_buttons: int) -> Sequence[tuple[int, ...]]:
        """Every order, unless there are too many."""
        return all_orders(num_buttons)

    def describe(self, z: tuple[int, ...]) -> str:
        """The order."""
        listed = ", ".join(place(button) for button in z)
        return f"From best to worst, the buttons are always {listed}."

    def disclosure(self) -> str:
        """That there is an order."""
        return (
            "The order of the buttons from best to worst is the same in all tasks, so one button "
            "is always the best. Any order is possible."
        )


def _centre(rank: int, num_buttons: int) -> float:
    return HIGHEST - rank * SPAN / (num_buttons - 1)


def _noise(num_buttons: int) -> float:
    return min(NOISE, SPAN / (num_buttons - 1) / 2)
