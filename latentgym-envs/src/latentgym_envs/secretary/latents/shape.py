"""Latent family `shape`: the values of every task form one of six shapes."""

import math
import random
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from attrs import Attribute, field, frozen

from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.beliefs import FloatArray
from latentgym_core.wording import choices
from latentgym_envs.secretary.clues import Values
from latentgym_envs.secretary.latents.secretary_latent import SecretaryLatent
from latentgym_envs.secretary.latents.shapes import SHAPES, WORDS
from latentgym_envs.secretary.task import Task

ROUNDING = 0.0001  # of a shown value
LEAST_VALUES = 3  # for every shape to be one
Band = tuple[float, float]


def _known_shape(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and value not in SHAPES:
        raise SpecError(f"{attribute.name} is {value!r}; allowed are {choices(value, SHAPES)}")


@frozen(kw_only=True)
class Shape(SecretaryLatent[str]):
    """z is the name of one of six shapes, see `shapes`.

    Attributes:
        value: The shape; None: one of the six.
    """

    family: ClassVar[str] = "shape"
    z_type: ClassVar[Any] = str

    value: str | None = field(default=None, validator=_known_shape)

    def values(self, num_values: int) -> tuple[str, ...]:
        """The six."""
        del num_values
        return tuple(SHAPES)

    def row(self, z: str, context: TaskContext, num_values: int, rng: random.Random) -> list[float]:
        """As the shape draws it."""
        del context
        if num_values < LEAST_VALUES:
            raise EnvError(f"shape needs {LEAST_VALUES} values or more, not {num_values}.")
        return SHAPES[z](num_values, rng)

    def place_evidence(self, zs: Sequence[str], seen: Values, num_values: int) -> FloatArray:
        """By the bands that the shapes leave for each value."""
        return np.array([evidence(z, seen, num_values) for z in zs])

    def describe(self, z: str) -> str:
        """The shape in words."""
        return WORDS[z]

    def disclosure(self) -> str:
        """That there is a shape."""
        return (
            f"The values of every task form the same shape, one of {len(SHAPES)} possible ones, "
            f"which tells where the greatest value is."
        )

    def log_prob(self, task: Task, z: str, context: TaskContext) -> float:
        """Log density, with values that depend on each other taken as in `evidence`."""
        del context
        weight = evidence(z, task.all_shown, len(task.values))[task.best]
        return math.log(weight) if weight else -math.inf


def evidence(z: str, seen: Sequence[float], num_values: int) -> list[float]:
    """P(place of the greatest value) times the density of the values seen.

    Values of `falling` and `rising` follow from the first ones, up to rounding; those of `spike`
    are taken as independent of each other.

    Args:
        z: The shape.
        seen: The first values of a task.
        num_values: N.

    Returns:
        For each place, shape [N].
    """
    places = _top_places(z, num_values)
    share = 1 / len(places)
    return [
        share
        * math.prod(
            _density(value, _band(z, seen[:i], num_values, top=i == place))
            for i, value in enumerate(seen)
        )
        if place in places
        else 0.0
        for place in range(num_values)
    ]


def _density(value: float, band: Band) -> float:
    low, high = band[0] - ROUNDING / 2, band[1] + ROUNDING / 2
    return 1 / (high - low) if low <= value <= high else 0.0


def _top_places(z: str, num_values: int) -> Sequence[int]:
    last, half = num_values - 1, num_values // 2
    return {
        "step": range(2 * (num_values // 3), num_values),
        "falling": (0,),
        "rising": (last,),
        "valley": (0, last),
        "mountain": (half,),
        "spike": range(half, num_values),
    }[z]


def _band(z: str, earlier: Sequence[float], num_values: int, *, top: bool) -> Band:
    """Where a value lies, given the ones before it."""
    place, half = len(earlier), num_values // 2
    distance = abs(place - half) / half
    match z:
        case "falling":
            return (0.9, 1.0) if top else _falling_band(earlier[0], place, num_values)
        case "rising":
            return _rising_band(earlier, num_values)
        case "spike" if top:
            return 0.9, 1.0
        case _ if top:
            return 0.95, 1.0
        case "step":
            return ((0.1, 0.3), (0.4, 0.6), (0.7, 0.95))[min(2, place // (num_values // 3))]
        case "valley":
            return 0.25 + 0.6 * distance, 0.35 + 0.6 * distance
        case "mountain":
            return 0.85 - 0.5 * distance, 0.95 - 0.5 * distance
        case _:
            return min(0.7, 0.08 + 0.03 * place), min(0.7, 0.22 + 0.06 * place)


def _falling_band(first: float, place: int, num_values: int) -> Band:
    value = first - place * first / (num_values + 1)
    return value - ROUNDING, value + ROUNDING


def _rising_band(earlier: Sequence[float], num_values: int) -> Band:
    place = len(earlier)
    if place == 0:
        return 0.0, 0.1
    first = earlier[0]
    if place == 1:
        return first + (0.9 - first) / (num_values - 1), first + (1 - first) / (num_values - 1)
    value = first + place * (earlier[1] - first)
    return value - place * ROUNDING, value + place * ROUNDING
