"""What a task tells about its buttons, and how likely that is under a law of their rates."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from attrs import evolve, frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask, in_places
from latentgym_core.errors import EnvError
from latentgym_core.families.beliefs import FloatArray
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.rates import Count, Counts, Interval, Rates, density

NUM_NODES = 16  # Gauss-Legendre: exact up to 31 presses of one button
CACHE_SIZE = 1 << 16
MANY_TASKS = 4096
GRID = np.linspace(0, 1, 61)


@frozen(cache_hash=True)
class Evidence:
    """What is known of a finished task.

    Attributes:
        counts: What the presses paid.
        candidates: The buttons that can have been the best.
        probabilities: The success probabilities, as they were revealed; empty if they were not.
    """

    counts: Counts
    candidates: tuple[int, ...]
    probabilities: tuple[float, ...] = ()


class Likelihood:
    """Likelihoods of evidence; keeps the integrals it has taken."""

    def __init__(self) -> None:
        nodes, weights = np.polynomial.legendre.leggauss(NUM_NODES)
        self._nodes = tuple(zip(((nodes + 1) / 2).tolist(), (weights / 2).tolist(), strict=True))
        self._of_count = lru_cache(CACHE_SIZE)(self._integrate)

    def of_counts(self, counts: Counts, rates: Rates) -> float:
        """Probability of the presses of one task, in the order in which they paid."""
        product = 1.0
        for count, interval in zip(counts, rates, strict=True):
            if count != (0, 0):
                product *= self._of_count(count, interval)
        return product

    def of_task(self, seen: Evidence, best: int, rates: Rates) -> float:
        """Density of all that is known of a finished task, given its best button."""
        if best not in seen.candidates:
            return 0.0
        return math.prod(self.of_button(seen, i, interval) for i, interval in enumerate(rates))

    def of_button(self, seen: Evidence, button: int, interval: Interval) -> float:
        """Density of what is known of one button of a finished task."""
        if seen.probabilities:
            return density(seen.probabilities[button], interval)
        return self._of_count(seen.counts[button], interval)

    def _integrate(self, count: Count, interval: Interval) -> float:
        """Mean of p^paid (1 - p)^unpaid over a uniform p."""
        paid, unpaid = count
        low, high = interval
        if low == high:
            return float(low**paid * (1 - low) ** unpaid)
        rates = ((low + (high - low) * node, weight) for node, weight in self._nodes)
        return float(sum(weight * p**paid * (1 - p) ** unpaid for p, weight in rates))


def counts_of(turns: Iterable[Facts], buttons: Sequence[str]) -> Counts:
    """Count what presses paid, where it was told."""
    seen = dict(Counter([(facts["button"], facts["outcome"]) for facts in turns]))
    return tuple((seen.get((button, 1), 0), seen.get((button, 0), 0)) for button in buttons)


@lru_cache(MANY_TASKS)
def evidence_of(task: FinishedTask) -> Evidence:
    """All that a task told, be it finished or not."""
    buttons = task.visible["buttons"]
    counts = counts_of(task.turns, buttons)
    if task.revealed is not None:
        told = task.revealed
        return Evidence(counts, (told["best"],), tuple(told["probabilities"]))
    candidates = tuple(range(len(buttons)))
    final = task.turns[-1] if task.turns else {"button": None, "correct": None}
    if final["correct"] is not None and final["button"] is not None:
        chosen = buttons.index(final["button"])
        wrong = tuple(button for button in candidates if button != chosen)
        candidates = (chosen,) if final["correct"] else wrong
    return Evidence(counts, candidates)


def worst_laws(seen: Evidence, others: Interval) -> FloatArray:
    """Probability of each button to be the worst of a finished task, given which is the best.

    The other buttons have rates that are independent given the presses; the chance that one is the
    least of them is summed over a grid of 61 rates.

    Args:
        seen: What is known of the task.
        others: The law of the rate of every button but the best.

    Returns:
        Shape [K best, K worst]; every row has sum 1, and the best is never the worst.
    """
    number = len(seen.counts)
    if seen.probabilities:
        worst = seen.probabilities.index(min(seen.probabilities))
        return np.tile(np.arange(number) == worst, (number, 1)).astype(float)
    low, high = others
    grid = low + (high - low) * GRID
    density = np.array([grid**paid * (1 - grid) ** unpaid for paid, unpaid in seen.counts])
    density += density.sum(axis=1, keepdims=True) == 0  # presses that only the best can explain
    density /= density.sum(axis=1, keepdims=True)
    above = 1 - np.cumsum(density, axis=1) + density / 2
    alike = np.eye(number, dtype=bool)
    rival = ~(alike[:, None, :] | alike[None, :, :])  # of the best and the worst, for each third
    least = np.where(rival[..., None], above, 1.0).prod(axis=2) * density
    weights = least.sum(axis=2) * ~alike
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


Finished = tuple[Evidence | None, ...]
"""What the tasks so far told, in order; None for one of which nothing is known."""


def with_buttons(game: Bandits, names: Iterable[str]) -> Bandits:
    """The game with the buttons of a given task."""
    buttons = tuple(names)
    return game if game.buttons == buttons else evolve(game, buttons=buttons)


def game_in(core_envs: Mapping[str, AnyCoreEnv], visible: Facts) -> Bandits:
    """The game of a sequence, with the buttons that it shows.

    Raises:
        EnvError: Bandits is not among the games.
    """
    for game in core_envs.values():
        if isinstance(game, Bandits):
            return with_buttons(game, visible["buttons"])
    raise EnvError(f"This is about bandits, not about {'+'.join(core_envs)}.")


def finished_of(
    core_envs: Mapping[str, AnyCoreEnv], finished: tuple[FinishedTask, ...], number: int = 0
) -> Finished:
    """What tasks told, at their places; None for those of other games and forgotten ones.

    Args:
        core_envs: Name to game.
        finished: In order.
        number: Places at least.
    """
    ours = {name for name, game in core_envs.items() if isinstance(game, Bandits)}
    return tuple(
        evidence_of(task) if task and task.core_env_name in ours else None
        for task in in_places(finished, number)
    )
