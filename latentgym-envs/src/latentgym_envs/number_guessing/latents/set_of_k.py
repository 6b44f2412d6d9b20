"""Latent family `set_of_k`: all targets come from a few numbers."""

import math
import random
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, ClassVar

from attrs import field, frozen

from latentgym_core.contract.beliefs import Beliefs
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.validators import whole_number
from latentgym_core.errors import SpecError
from latentgym_core.families.beliefs import listed
from latentgym_envs.number_guessing.clues import learned_in_order
from latentgym_envs.number_guessing.intervals import Evidence, FloatArray, Interval
from latentgym_envs.number_guessing.latents.number_latent import (
    MAX_SUPPORT,
    NumberLatent,
    check_range,
    numbers,
)
from latentgym_envs.number_guessing.latents.set_beliefs import SetBeliefs
from latentgym_envs.number_guessing.latents.set_law import set_predictive


@frozen(kw_only=True)
class SetOfK(NumberLatent[tuple[int, ...]]):
    """z is k different numbers of low..high in ascending order, every such set equally likely.

    Attributes:
        k: Numbers in the set.
        low: Lower end of the visible range.
        high: Upper end, included.
    """

    family: ClassVar[str] = "set_of_k"
    z_type: ClassVar[Any] = tuple[int, ...]

    k: int = field(default=3, validator=whole_number(1))
    low: int = field(default=1, validator=whole_number(0))
    high: int = field(default=1000, validator=whole_number(0))

    def __attrs_post_init__(self) -> None:
        size = check_range(self.low, self.high)
        if self.k > size:
            raise SpecError(
                f"There are no k={self.k} different numbers between {self.low} and {self.high}; "
                f"there are {size}."
            )

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> tuple[int, ...]:
        """Without replacement."""
        del core_envs
        return tuple(sorted(rng.sample(range(self.low, self.high + 1), self.k)))

    def draw_target(self, z: tuple[int, ...], rng: random.Random) -> int:
        """One of the set."""
        return rng.choice(z)

    def visible_range(self, z: tuple[int, ...]) -> Interval:
        """The same for every z."""
        del z
        return self.low, self.high

    def targets(self, z: tuple[int, ...]) -> tuple[range, ...]:
        """The set, one block for each number."""
        return tuple(range(value, value + 1) for value in z)

    def predictive(self, evidence: Evidence, low: int) -> FloatArray:
        """See `set_law`."""
        del low
        return set_predictive(evidence, k=self.k, low=self.low, high=self.high)

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> Beliefs | None:
        """See `set_beliefs`; None if there are too many ways to spread the unknown members."""
        del core_envs
        if (visible["low"], visible["high"]) != (self.low, self.high):
            return listed((), ())
        known = learned_in_order(finished)
        beliefs = SetBeliefs(self.k, self.low, self.high, known)
        return beliefs if beliefs.feasible else None

    def describe(self, z: tuple[int, ...]) -> str:
        """The numbers."""
        if len(z) == 1:
            return f"The hidden number is always {z[0]}."
        return f"The hidden number is always one of {', '.join(map(str, z))}."

    def disclosure(self) -> str:
        """How many numbers there are."""
        return f"All hidden numbers come from one fixed set of {numbers(self.k)}."

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> Iterator[tuple[tuple[int, ...], float]] | None:
        """Every set; None if there are more than `MAX_SUPPORT`."""
        del core_envs
        number = math.comb(self.high - self.low + 1, self.k)
        if number > MAX_SUPPORT:
            return None
        if (visible["low"], visible["high"]) != (self.low, self.high):
            return iter(())
        values = range(self.low, self.high + 1)
        return ((z, -math.log(number)) for z in combinations(values, self.k))
