"""Latent families `threshold` and `value_marker`: a cut-off parts the greatest value from all."""

import math
import random
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from attrs import Attribute, field, frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, TaskContext
from latentgym_core.contract.validators import fraction
from latentgym_core.errors import SpecError
from latentgym_core.families.beliefs import FloatArray
from latentgym_envs.secretary.clues import Values
from latentgym_envs.secretary.latents.secretary_latent import SecretaryLatent
from latentgym_envs.secretary.likelihood import ROUNDING
from latentgym_envs.secretary.task import Task


def _value_or_none(_: object, attribute: "Attribute[Any]", value: Any) -> None:
    if value is not None:
        fraction(_, attribute, value)


@frozen(kw_only=True)
class Threshold(SecretaryLatent[float]):
    """z = t: the greatest value is uniform over t..min(1, t + band), anywhere in the row.

    All others are uniform over floor..t - margin.

    Attributes:
        value: The cut-off t; None: uniform over lowest..highest.
        margin: Least distance between t and the values below it.
        band: Most by which the greatest value exceeds t; with 0 it is t itself.
        floor: Smallest possible value.
        lowest: Smallest t of the open family.
        highest: Greatest t of the open family.
    """

    family: ClassVar[str] = "threshold"
    z_type: ClassVar[Any] = float

    value: float | None = field(default=None, validator=_value_or_none)
    margin: float = field(default=0.05, validator=fraction)
    band: float = field(default=0.15, validator=fraction)
    floor: float = field(default=0.1, validator=fraction)
    lowest: float = field(default=0.3, validator=fraction)
    highest: float = field(default=0.9, validator=fraction)

    def __attrs_post_init__(self) -> None:
        least = self.lowest if self.value is None else self.value
        if self.floor >= least - self.margin or self.lowest > self.highest:
            raise SpecError(
                f"A threshold of {least} with margin={self.margin} leaves no values above "
                f"floor={self.floor}, or lowest={self.lowest} exceeds highest={self.highest}."
            )

    def values(self, num_values: int) -> tuple[float, ...]:
        """Not listed: t is continuous."""
        del num_values
        return ()

    def listed(self, num_values: int) -> FloatArray:
        """A grid that stands for the continuous prior."""
        del num_values
        return cut_offs(self)

    def listed_as(self, z: float, num_values: int) -> float:
        """The cut-off of the grid in whose cell z lies; z itself outside of all."""
        grid = self.listed(num_values)
        nearest = float(grid[np.abs(grid - z).argmin()])
        near = abs(nearest - z) <= np.diff(grid[:2]).sum() / 2 + EPSILON
        return nearest if near else z

    def place_evidence(self, zs: Sequence[float], seen: Values, num_values: int) -> FloatArray:
        """By the side of the cut-off on which each value lies."""
        return threshold_evidence(self, np.asarray(zs), seen, num_values)

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> list[tuple[float, float]] | None:
        """The fixed value alone; None for the open family, which is continuous."""
        return None if self.value is None else super().support(core_envs, visible)

    def fixed(self, num_values: int) -> float:
        """The cut-off."""
        del num_values
        assert self.value is not None
        return float(self.value)

    def draw_open(self, num_values: int, rng: random.Random) -> float:
        """Uniform."""
        del num_values
        return rng.uniform(self.lowest, self.highest)

    def row(
        self, z: float, context: TaskContext, num_values: int, rng: random.Random
    ) -> list[float]:
        """The low values, then the place, then the greatest value."""
        del context
        values = [rng.uniform(self.floor, z - self.margin) for _ in range(num_values)]
        place = rng.randrange(num_values)
        values[place] = rng.uniform(z, min(1.0, z + self.band)) if self.band else z
        return values

    def describe(self, z: float) -> str:
        """The cut-off."""
        if not self.band:
            return f"The greatest value is always {z:.4f}."
        return f"The greatest value is always at least {z:.4f}, and every other value is lower."

    def disclosure(self) -> str:
        """That there is a cut-off, and what is fixed about it."""
        if not self.band:
            return (
                f"The greatest value is the same number in every task; all others are lower by "
                f"at least {self.margin:g}."
            )
        return (
            f"One cut-off, the same in every task, parts the greatest value from all others: it "
            f"exceeds the cut-off by at most {self.band:g}, they stay below it by at least "
            f"{self.margin:g}."
        )

    def log_prob(self, task: Task, z: float, context: TaskContext) -> float:
        """Log density; for band 0 the greatest value counts as a certainty."""
        del context
        *low, greatest = sorted(task.values)
        top = min(1.0, z + self.band)
        if not (z <= greatest <= top and self.floor <= low[0] and low[-1] <= z - self.margin):
            return -math.inf
        spread = math.log(z - self.margin - self.floor)
        width = math.log(top - z) if top > z else 0.0
        return -len(low) * spread - width - math.log(len(task.values))


@frozen(kw_only=True)
class ValueMarker(Threshold):
    """z is the greatest value itself, the same in every task.

    All others are uniform over floor..z - margin. The attributes are those of `Threshold`.
    """

    family: ClassVar[str] = "value_marker"

    margin: float = field(default=0.1, validator=fraction)
    band: float = field(default=0.0, validator=fraction)
    floor: float = field(default=0.0, validator=fraction)
    lowest: float = field(default=0.4, validator=fraction)
    highest: float = field(default=1.0, validator=fraction)


COARSE = 0.0025  # distance of cut-offs on the grid, where the greatest value has a band


FINE = ROUNDING  # and where it is the cut-off itself


EPSILON = 1e-9


def cut_offs(latent: Threshold) -> FloatArray:
    """A grid of equally likely cut-offs that stands for the continuous prior."""
    step = COARSE if latent.band else FINE
    number = round((latent.highest - latent.lowest) / step) + 1
    return np.linspace(latent.lowest, latent.highest, number)


def threshold_evidence(
    latent: Threshold, cut: FloatArray, seen: Values, num_values: int
) -> FloatArray:
    """P(place of the greatest value, values seen | t).

    Args:
        latent: Margin, band and floor.
        cut: Values of t, shape [Z].
        seen: The first values of a task, as they are shown.
        num_values: N.

    Returns:
        Shape [Z, N]; densities relative to the resolution of shown values.
    """
    cut = cut[:, None]
    values = np.asarray(seen)
    # A cut-off stands for its cell, and the finest cells are those of shown values.
    slack = (COARSE if latent.band else 0.0) / 2 + ROUNDING / 2 + EPSILON
    ceiling = np.maximum(cut - latent.margin, latent.floor + ROUNDING)
    low = (values >= latent.floor - slack) & (values <= ceiling + slack)
    lows = low / (ceiling - latent.floor)
    end = np.minimum(1.0, cut + latent.band)
    high = (values >= cut - slack) & (values <= end + slack)
    tops = high / np.maximum(end - cut, ROUNDING)
    ones = np.ones_like(cut)
    before = np.hstack((ones, lows.cumprod(axis=1)))  # column k: all values ahead of place k
    after = np.hstack((lows[:, ::-1].cumprod(axis=1)[:, ::-1], ones))[:, 1:]
    unseen = np.repeat(before[:, -1:], num_values - len(seen), axis=1)
    weights = np.hstack((before[:, :-1] * tops * after, unseen))
    return np.asarray(weights / num_values)
