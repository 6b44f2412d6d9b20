"""Latent families `range` (targets lie in a hidden part of the range) and its control."""

import math
import random
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
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
from latentgym_envs.number_guessing.latents.block_beliefs import start_beliefs
from latentgym_envs.number_guessing.latents.block_law import range_predictive
from latentgym_envs.number_guessing.latents.number_latent import NumberLatent, check_range, numbers


@frozen(kw_only=True)
class PlacedRange:
    """z of the family `range`.

    Attributes:
        low: Lower end of the visible range, which every task tells.
        start: Smallest possible target.
    """

    low: int
    start: int


@frozen(kw_only=True)
class Range(NumberLatent[PlacedRange]):
    """z is a block of `size` neighbouring numbers, anywhere in the visible range.

    The visible range is low..high, moved up by 0..shift (uniform). Given that, every start
    that keeps the block inside is equally likely.

    Attributes:
        size: Numbers in the block.
        low: Smallest lower end of the visible range.
        high: Upper end that belongs to it, included.
        shift: How far the visible range may be moved up.
    """

    family: ClassVar[str] = "range"
    z_type: ClassVar[Any] = PlacedRange

    size: int = field(default=101, validator=whole_number(1))
    low: int = field(default=1, validator=whole_number(0))
    high: int = field(default=1000, validator=whole_number(0))
    shift: int = field(default=0, validator=whole_number(0))

    def __attrs_post_init__(self) -> None:
        values = check_range(self.low, self.high)
        if self.size > values:
            raise SpecError(
                f"A block of size={self.size} does not fit between {self.low} and {self.high}, "
                f"which holds {values} numbers."
            )

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> PlacedRange:
        """The visible range, then the start."""
        del core_envs
        low = draw_low(self.low, self.shift, rng)
        start = rng.randint(low, low + self.num_starts - 1)
        return PlacedRange(low=low, start=start)

    @property
    def num_starts(self) -> int:
        """Places the block may have in a visible range."""
        return self.high - self.low + 2 - self.size

    def draw_target(self, z: PlacedRange, rng: random.Random) -> int:
        """Any number of the block."""
        return rng.randint(z.start, z.start + self.size - 1)

    def visible_range(self, z: PlacedRange) -> Interval:
        """As it was moved."""
        return z.low, z.low + self.high - self.low

    def targets(self, z: PlacedRange) -> tuple[range, ...]:
        """The block."""
        return (range(z.start, z.start + self.size),)

    def predictive(self, evidence: Evidence, low: int) -> FloatArray:
        """See `block_law`."""
        high = low + self.high - self.low
        return range_predictive(evidence, size=self.size, low=low, high=high)

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> Beliefs:
        """See `block_beliefs`."""
        del core_envs
        if not _can_show(self, visible):
            return listed((), ())
        starts = range(visible["low"], visible["low"] + self.num_starts)
        return start_beliefs(learned_in_order(finished), size=self.size, starts=starts)

    def describe(self, z: PlacedRange) -> str:
        """Both ends of the block."""
        end = z.start + self.size - 1
        return f"The hidden number always lies between {z.start} and {end}, both included."

    def disclosure(self) -> str:
        """How many numbers the block holds."""
        return (
            f"All hidden numbers lie in one contiguous range of {numbers(self.size)} inside the "
            f"range you are shown."
        )

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> list[tuple[PlacedRange, float]]:
        """Every start in the range that the task shows."""
        del core_envs
        low = visible["low"]
        if not _can_show(self, visible):
            return []
        starts = range(low, low + self.num_starts)
        return [(PlacedRange(low=low, start=start), -math.log(len(starts))) for start in starts]


@frozen(kw_only=True)
class FullRange(NumberLatent[int]):
    """The control: targets are uniform over the visible range, so nothing is hidden.

    z is the lower end of the visible range, which every task tells.

    Attributes:
        low: Smallest lower end of the visible range.
        high: Upper end that belongs to it, included.
        shift: How far the visible range may be moved up (uniform).
    """

    family: ClassVar[str] = "full_range"
    z_type: ClassVar[Any] = int

    low: int = field(default=1, validator=whole_number(0))
    high: int = field(default=1001, validator=whole_number(0))
    shift: int = field(default=0, validator=whole_number(0))

    def __attrs_post_init__(self) -> None:
        check_range(self.low, self.high)

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> int:
        """The visible range."""
        del core_envs
        return draw_low(self.low, self.shift, rng)

    def draw_target(self, z: int, rng: random.Random) -> int:
        """Any number of the visible range."""
        return rng.randint(*self.visible_range(z))

    def visible_range(self, z: int) -> Interval:
        """As it was moved."""
        return z, z + self.high - self.low

    def targets(self, z: int) -> tuple[range, ...]:
        """The whole visible range."""
        low, high = self.visible_range(z)
        return (range(low, high + 1),)

    def predictive(self, evidence: Evidence, low: int) -> FloatArray:
        """Uniform, whatever was seen."""
        del evidence, low
        size = self.high - self.low + 1
        return np.full(size, 1 / size)

    def describe(self, z: int) -> str:
        """That there is nothing to know."""
        low, high = self.visible_range(z)
        return f"The hidden number may be any number between {low} and {high}, both included."

    def disclosure(self) -> str:
        """That the whole range counts."""
        return (
            "The hidden numbers may be anywhere in the range you are shown, which stays the same."
        )

    def support(self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts) -> list[tuple[int, float]]:
        """What the task shows, with certainty."""
        del core_envs
        return [(visible["low"], 0.0)] if _can_show(self, visible) else []


def draw_low(low: int, shift: int, rng: random.Random) -> int:
    """Lower end of a visible range; nothing is drawn where it cannot move."""
    return rng.randint(low, low + shift) if shift else low


def _can_show(latent: Range | FullRange, visible: Facts) -> bool:
    low, high = visible["low"], visible["high"]
    fits = latent.low <= low <= latent.low + latent.shift
    return bool(fits and high - low == latent.high - latent.low)
