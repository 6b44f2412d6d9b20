"""Latent family `m_ranges`: all targets lie in a few blocks of neighbouring numbers."""

import math
import random
from collections.abc import Iterator, Mapping
from itertools import accumulate
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
from latentgym_envs.number_guessing.latents.block_beliefs import pair_beliefs
from latentgym_envs.number_guessing.latents.block_law import BlockChain, m_ranges_predictive
from latentgym_envs.number_guessing.latents.number_latent import (
    MAX_SUPPORT,
    NumberLatent,
    check_range,
    numbers,
)


@frozen(kw_only=True)
class MRanges(NumberLatent[tuple[int, ...]]):
    """z is the starts of m separate blocks in ascending order.

    Starts are drawn from left to right, each uniform between `gap` above the start before it and
    a last start that leaves room: with b = numbers of the range // m, block j of 0..m-1 starts at
    low - 1 + (j + 1) b - gap at the latest, the last one where it still ends inside the range.
    For m=2, size=501, gap=1000 and 1..10000 that is the published law: the first start from
    1..4000, the second from gap above it to 9500.

    Attributes:
        m: Number of blocks.
        size: Numbers in each block.
        gap: Least distance between neighbouring starts, at least `size`.
        low: Lower end of the visible range.
        high: Upper end, included.
    """

    family: ClassVar[str] = "m_ranges"
    z_type: ClassVar[Any] = tuple[int, ...]

    m: int = field(default=2, validator=whole_number(2))
    size: int = field(default=501, validator=whole_number(1))
    gap: int = field(default=1000, validator=whole_number(1))
    low: int = field(default=1, validator=whole_number(0))
    high: int = field(default=10000, validator=whole_number(0))

    def __attrs_post_init__(self) -> None:
        share = check_range(self.low, self.high) // self.m
        if not self.size <= self.gap < share:
            raise SpecError(
                f"{self.m} blocks of size={self.size} with gap={self.gap} do not fit between "
                f"{self.low} and {self.high}: the gap must be at least the size and less than "
                f"{share}, the range's share for each block."
            )

    @property
    def chain(self) -> BlockChain:
        """The law of the starts."""
        share = (self.high - self.low + 1) // self.m
        inner = (self.low - 1 + (j + 1) * share - self.gap for j in range(self.m - 1))
        return BlockChain(
            low=self.low,
            high=self.high,
            size=self.size,
            gap=self.gap,
            last_starts=(*inner, self.high - self.size + 1),
        )

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> tuple[int, ...]:
        """The starts, from left to right."""
        del core_envs
        starts: tuple[int, ...] = ()
        for last in self.chain.last_starts:
            starts += (rng.randint(self._first_start(starts), last),)
        return starts

    def draw_target(self, z: tuple[int, ...], rng: random.Random) -> int:
        """One of the blocks, then any number of it."""
        start = rng.choice(z)
        return rng.randint(start, start + self.size - 1)

    def visible_range(self, z: tuple[int, ...]) -> Interval:
        """The same for every z."""
        del z
        return self.low, self.high

    def targets(self, z: tuple[int, ...]) -> tuple[range, ...]:
        """The blocks."""
        return tuple(range(start, start + self.size) for start in z)

    def predictive(self, evidence: Evidence, low: int) -> FloatArray:
        """See `block_law`."""
        del low
        return m_ranges_predictive(evidence, self.chain)

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> Beliefs | None:
        """For two blocks see `block_beliefs`; more are left to the general path."""
        del core_envs
        if (visible["low"], visible["high"]) != (self.low, self.high):
            return listed((), ())
        if self.m != 2:
            return None
        return pair_beliefs(learned_in_order(finished), self.chain)

    def describe(self, z: tuple[int, ...]) -> str:
        """Both ends of every block."""
        blocks = " or ".join(f"between {start} and {start + self.size - 1}" for start in z)
        return f"The hidden number always lies {blocks}, ends included."

    def disclosure(self) -> str:
        """How many blocks there are, and of what size."""
        return (
            f"All hidden numbers lie in {self.m} separate ranges of {numbers(self.size)} each, "
            f"which do not overlap."
        )

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> Iterator[tuple[tuple[int, ...], float]] | None:
        """Every chain of starts; None if there may be more than `MAX_SUPPORT`."""
        del core_envs
        firsts = accumulate([self.low] + [self.gap] * (self.m - 1))
        bounds = zip(firsts, self.chain.last_starts, strict=True)
        if math.prod(last - first + 1 for first, last in bounds) > MAX_SUPPORT:
            return None
        shown = (visible["low"], visible["high"]) == (self.low, self.high)
        return self._chains((), 0.0) if shown else iter(())

    def _chains(
        self, starts: tuple[int, ...], log_prior: float
    ) -> Iterator[tuple[tuple[int, ...], float]]:
        if len(starts) == self.m:
            yield starts, log_prior
            return
        choices = range(self._first_start(starts), self.chain.last_starts[len(starts)] + 1)
        for start in choices:
            yield from self._chains((*starts, start), log_prior - math.log(len(choices)))

    def _first_start(self, starts: tuple[int, ...]) -> int:
        return starts[-1] + self.gap if starts else self.low
