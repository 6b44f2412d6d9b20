"""What a player expects of the current task, from what it was told."""

from functools import lru_cache
from typing import Any

from latentgym_envs.bandits.clues import Counts, Finished, Likelihood
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.bandit_latent import BanditLatent
from latentgym_envs.bandits.latents.filtering import Forecast, filter_of

CACHE_SIZE = 4096  # a forecast lasts for a task, so this serves many sequences at once


class Inference:
    """Exact inference as far as `Filter` is; keeps what it has worked out."""

    def __init__(self) -> None:
        self._likelihood = Likelihood()
        self.forecast = lru_cache(CACHE_SIZE)(self._forecast)

    def blind(self, game: Bandits) -> Forecast:
        """Any button may be the best, with the game's usual rates."""
        return {(best, game.rates(best)): 1.0 for best in range(len(game.buttons))}

    def chances(self, forecast: Forecast, counts: Counts) -> list[float]:
        """Probability of each button to be the best, after the presses of the current task.

        Returns:
            Shape [K]; all zero if the presses are impossible under the forecast.
        """
        chances = [0.0] * len(counts)
        for (best, rates), weight in forecast.items():
            chances[best] += weight * self._likelihood.of_counts(counts, rates)
        total = sum(chances)
        return [chance / total for chance in chances] if total else chances

    def _forecast(
        self,
        latent: BanditLatent[Any],
        game: Bandits,
        told: tuple[Any, ...],
        finished: Finished,
        index: int | None = None,
    ) -> Forecast:
        """See `Filter.forecast`; without an index, the task comes after the finished ones."""
        at = len(finished) if index is None else index
        return filter_of(latent, game, told).forecast(finished, at)
