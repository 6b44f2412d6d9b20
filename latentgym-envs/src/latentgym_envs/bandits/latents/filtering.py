"""Filtering of z, and of what the next task depends on, through the tasks of a sequence.

With e the index of a task, b its best button and s what it depends on of the task before (nothing,
but in families that remember), all values of z are updated at once by

    P(z, b, told) = sum over s of P(z, s, told before) P(b | z, s, e) P(told of the task | z, b).

Exact, but for which button was the worst of a task (see `clues.worst_laws`).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from latentgym_core.contract.beliefs import Law
from latentgym_core.families.beliefs import FloatArray
from latentgym_core.keeping import kept
from latentgym_envs.bandits.clues import Evidence, Finished, Likelihood, worst_laws
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.rates import Payoffs, Rates
from latentgym_envs.bandits.task import Last

MANY_FAMILIES = 256  # some declared sets in some games, and values of z that were told
MANY_BELIEFS = 1024  # a belief lasts for a task, so this serves many sequences at once
MANY_LAWS = 128  # one for each task index


class Family(Protocol):
    """What a filter asks of a family, see `BanditLatent`."""

    @property
    def remembers(self) -> bool:
        """Whether the task before has to do with the best button."""

    def values(self, num_buttons: int) -> Sequence[Any]:
        """Every value of z, equally likely; empty if they cannot be listed."""

    def winner_law(self, z: Any, index: int, num_buttons: int, last: Last) -> Sequence[float]:
        """Probability of each button to be the best of a task, shape [K]."""

    def rates(self, z: Any, best: int, game: Bandits) -> Rates:
        """The law of the success probabilities, given z and the best button."""


@frozen(eq=False)
class Belief:
    """What is known after some tasks.

    Attributes:
        log_likelihood: Natural log of P(told | z), shape [Z].
        states: Given z, probability of each state that the next task depends on, shape [Z, S].
    """

    log_likelihood: FloatArray
    states: FloatArray

    @property
    def posterior(self) -> FloatArray:
        """Probability of each z, shape [Z]; all zero if every value is refuted."""
        highest = self.log_likelihood.max(initial=-np.inf)
        if highest == -np.inf:
            return np.zeros(len(self.log_likelihood))
        weights = np.exp(self.log_likelihood - highest)
        return np.asarray(weights / weights.sum())


@frozen(eq=False)
class Filter:
    """A family in a game; keeps what it has worked out.

    Attributes:
        latent: The family.
        game: The game.
        told: z, for a player who knows it; else empty.
        values: The values of z, equally likely at first; empty if they cannot be listed.
    """

    latent: Family
    game: Bandits
    told: tuple[Any, ...] = ()
    values: tuple[Any, ...] = field(
        init=False,
        default=Factory(
            lambda self: self.told or tuple(self.latent.values(len(self.game.buttons))),
            takes_self=True,
        ),
    )
    _rates: "_RateLaws" = field(
        init=False,
        default=Factory(
            lambda self: _RateLaws.of(self.latent, self.game, self.values), takes_self=True
        ),
    )

    @kept(MANY_BELIEFS)
    def law(self, finished: Finished, index: int) -> Law:
        """What a task of an index may be like after some tasks.

        Refuted if what these told is impossible under the family. The index counts the tasks that
        follow the family.
        """
        belief = self.belief(finished)
        weights = belief.posterior[:, None] * self._winners(belief, index)
        shares: dict[Payoffs, float] = {}
        for z, best in np.argwhere(weights).tolist():
            key = Payoffs(best, self._rates.given(z, best))
            shares[key] = shares.get(key, 0.0) + float(weights[z, best])
        return Law.collected(shares)

    @kept(MANY_BELIEFS)
    def belief(self, finished: Finished) -> Belief:
        """What is known after some tasks."""
        number = len(self.values)
        if not finished:
            return Belief(np.zeros(number), np.ones((number, 1)))
        *earlier, seen = finished
        before = self.belief(tuple(earlier))
        winners = self._winners(before, len(earlier))
        if seen is not None:
            winners = winners * self._rates.likelihood(seen)
        total = winners.sum(axis=1)
        with np.errstate(divide="ignore"):
            log_likelihood = before.log_likelihood + np.log(total)
        if not self.latent.remembers:
            return Belief(log_likelihood, before.states)
        winners = winners / np.where(total > 0, total, 1)[:, None]
        states = winners[:, :, None] * self._worst(seen)
        return Belief(log_likelihood, states.reshape(number, -1))

    def _winners(self, belief: Belief, index: int) -> FloatArray:
        """Probability of each best button given z, shape [Z, K]."""
        laws = self._laws(index)
        return (belief.states[:, :, None] * laws).sum(axis=1) if laws.shape[1] > 1 else laws[:, 0]

    @kept(MANY_LAWS)
    def _laws(self, index: int) -> FloatArray:
        """Probability of each best button given z and state, shape [Z, S, K]."""
        number = len(self.game.buttons)
        states: list[Last] = [None]
        if self.latent.remembers and index:
            states = [(best, worst) for best in range(number) for worst in range(number)]
        return np.array(
            [
                [self.latent.winner_law(z, index, number, state) for state in states]
                for z in self.values
            ]
        )

    def _worst(self, seen: Evidence | None) -> FloatArray:
        """Probability of each worst button given the best one, shape [K, K]."""
        number = len(self.game.buttons)
        nothing = Evidence(((0, 0),) * number, tuple(range(number)))
        return worst_laws(seen or nothing, (self.game.other_low, self.game.other_high))


@frozen(eq=False)
class _RateLaws:
    """The laws of success probabilities that a family knows.

    Attributes:
        different: The different ones, shape [R].
        kinds: Which of them holds given z and the best button, shape [Z, K].
        intervals: The different intervals that occur in them.
        parts: Which interval each law has for each button, shape [R, K].
    """

    different: tuple[Rates, ...]
    kinds: NDArray[np.int64]
    intervals: tuple[tuple[float, float], ...]
    parts: NDArray[np.int64]
    _likelihood: Likelihood = field(init=False, factory=Likelihood)

    @classmethod
    def of(cls, latent: Family, game: Bandits, values: tuple[Any, ...]) -> "_RateLaws":
        """Collect the laws of a family."""
        places: dict[Rates, int] = {}
        kinds = [
            [
                places.setdefault(latent.rates(z, best, game), len(places))
                for best in range(len(game.buttons))
            ]
            for z in values
        ]
        intervals = {interval: None for rates in places for interval in rates}
        order = {interval: place for place, interval in enumerate(intervals)}
        parts = [[order[interval] for interval in rates] for rates in places]
        return cls(tuple(places), np.array(kinds), tuple(order), np.array(parts))

    def given(self, z: int, best: int) -> Rates:
        """The law that holds for a value of z, by its place, and a best button."""
        return self.different[self.kinds[z, best]]

    def likelihood(self, seen: Evidence) -> FloatArray:
        """P(told of a task | z, best button), shape [Z, K]."""
        buttons = range(self.parts.shape[1])
        each = np.array(
            [
                [self._likelihood.of_button(seen, button, interval) for interval in self.intervals]
                for button in buttons
            ]
        )
        product = each[buttons, self.parts].prod(axis=1)
        possible = [button in seen.candidates for button in buttons]
        return np.asarray(product[self.kinds] * possible)


filter_of = lru_cache(MANY_FAMILIES)(Filter)
"""The filter of a family in a game, the same for all who ask."""
