"""Exact inference about z and the best button, from what a player was told."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from latentgym_envs.bandits.bandit_latent import BanditLatent, Last
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.evidence import Counts, Evidence, Likelihood, worst_law
from latentgym_envs.bandits.rates import Rates

Belief = tuple[tuple[Any, Mapping[Last, float]], ...]
"""For each z, the joint weight of z and of what was best and worst in the task before."""
Forecast = Mapping[tuple[int, Rates], float]
"""Weight of each best button together with the law of the success probabilities."""
CACHE_SIZE = 4096  # a belief lasts for a task, so this serves many sequences at once


class Inference:
    """Filters through the tasks of a sequence; keeps what it has worked out.

    Exact, but for which button was the worst of a task, which is judged on a grid of rates.
    """

    def __init__(self) -> None:
        self._likelihood = Likelihood()
        self._believe = lru_cache(CACHE_SIZE)(self._filter)
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
        finished: tuple[Evidence, ...],
    ) -> Forecast:
        """What the next task may be like.

        Args:
            latent: The family.
            game: The game.
            told: z, for a player who knows it; else empty.
            finished: What the tasks before told, in order.

        Returns:
            Empty if z cannot be listed, or what the tasks told is impossible under the family.
        """
        forecast: dict[tuple[int, Rates], float] = {}
        for z, lasts in self._believe(latent, game, told, finished):
            for best, weight in _winners(latent, game, z, len(finished), lasts).items():
                key = best, latent.rates(z, best, game)
                forecast[key] = forecast.get(key, 0.0) + weight
        return forecast

    def _filter(
        self,
        latent: BanditLatent[Any],
        game: Bandits,
        told: tuple[Any, ...],
        finished: tuple[Evidence, ...],
    ) -> Belief:
        """What is known of z before a task, and of the task before it."""
        if not finished:
            values = told or latent.values(len(game.buttons))
            return tuple((z, {None: 1.0}) for z in values)
        *earlier, seen = finished
        after = []
        for z, lasts in self._believe(latent, game, told, tuple(earlier)):
            joint: dict[Last, float] = {}
            for best, weight in _winners(latent, game, z, len(earlier), lasts).items():
                rates = latent.rates(z, best, game)
                joint_weight = weight * self._likelihood.of_task(seen, best, rates)
                for last, share in _lasts(latent, seen, best, rates):
                    joint[last] = joint.get(last, 0.0) + joint_weight * share
            after.append((z, joint))
        total = sum(sum(joint.values()) for _, joint in after)
        return tuple(
            (z, {last: weight / total for last, weight in joint.items() if weight})
            for z, joint in after
            if any(joint.values())
        )


def _winners(
    latent: BanditLatent[Any], game: Bandits, z: Any, index: int, lasts: Mapping[Last, float]
) -> dict[int, float]:
    """Joint weight of z and each possible best button of a task."""
    winners: dict[int, float] = {}
    for last, weight in lasts.items():
        law = latent.winner_law(z, index, len(game.buttons), last)
        for best, probability in enumerate(law):
            if probability:
                winners[best] = winners.get(best, 0.0) + weight * probability
    return winners


def _lasts(
    latent: BanditLatent[Any], seen: Evidence, best: int, rates: Rates
) -> Iterator[tuple[Last, float]]:
    """What the next task may depend on, with its share."""
    if not latent.remembers:
        yield None, 1.0
        return
    for worst, share in enumerate(worst_law(seen, best, rates)):
        if share:
            yield (best, worst), share
