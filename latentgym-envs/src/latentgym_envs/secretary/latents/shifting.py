"""Latent families in which the place of the greatest value depends on the task's index."""

import math
import random
from itertools import permutations
from typing import Any, ClassVar

from attrs import Attribute, evolve, field, frozen

from latentgym_core.contract.latent import TaskContext
from latentgym_core.contract.validators import whole_number
from latentgym_core.errors import EnvError, SpecError
from latentgym_envs.common.ordinals import listed, ordinal
from latentgym_envs.secretary.latents.position_latent import (
    Places,
    PositionLatent,
    check_places,
    places_from,
)
from latentgym_envs.secretary.latents.positions import OnePlace, is_places
from latentgym_envs.secretary.latents.secretary_latent import MAX_SUPPORT


def _places_or_none(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and not is_places(value):
        raise SpecError(f"{attribute.name} is {value!r}; it must be whole numbers, as in 2,5,8.")


def _pair_or_none(record: Any, attribute: "Attribute[Any]", value: Any) -> None:
    _places_or_none(record, attribute, value)
    if value is not None and len(value) != 2:
        raise SpecError(f"{attribute.name} is {value!r}; it must be a start and a step.")


@frozen(kw_only=True)
class Stride(PositionLatent[tuple[int, int]]):
    """z = (start, step): the greatest value of task e stands at start + e step, modulo N.

    Attributes:
        value: Start (modulo N) and step as in `0,1`; None: any start, any step but 0.
        clamp: Whether the place stops at the end of the row instead of starting over.
    """

    family: ClassVar[str] = "stride"
    z_type: ClassVar[Any] = tuple[int, int]

    value: Any = field(default=None, converter=places_from, validator=_pair_or_none)
    clamp: bool = False

    def values(self, num_values: int) -> list[tuple[int, int]]:
        """Every start with every step but 0."""
        steps = range(1, num_values)
        return [(start, step) for start in range(num_values) for step in steps]

    def fixed(self, num_values: int) -> tuple[int, int]:
        """The start brought into the row, and the step."""
        start, step = self.value
        return start % num_values, step

    def listed_as(self, z: tuple[int, int], num_values: int) -> tuple[int, int]:
        """With a step forward, where a step back leads to the same places."""
        start, step = z
        return z if self.clamp else (start, step % num_values)

    def places(self, z: tuple[int, int], index: int, previous: int, num_values: int) -> Places:
        """One place for each index."""
        del previous
        place = z[0] + index * z[1]
        return (min(max(0, place), num_values - 1) if self.clamp else place % num_values,)

    def describe(self, z: tuple[int, int]) -> str:
        """Start and step."""
        start, step = z
        places = "1 place" if abs(step) == 1 else f"{abs(step)} places"
        way = "back" if step < 0 else "on"
        end = "stopping at the end" if self.clamp else "going round at the end"
        return (
            f"The greatest value is the {ordinal(start)} one in the first task and moves {places} "
            f"{way} with every task, {end} of the row."
        )

    def disclosure(self) -> str:
        """That it moves evenly."""
        return (
            "The place of the greatest value moves by the same number of places from each task "
            "to the next."
        )


@frozen(kw_only=True)
class Cycle(PositionLatent[Places]):
    """z is a list of different places that tasks go through in turn.

    Attributes:
        value: The list as in `2,5,8`, modulo N; None: drawn uniformly.
        length: Places in a drawn list.
    """

    family: ClassVar[str] = "cycle"
    z_type: ClassVar[Any] = tuple[int, ...]

    value: Any = field(default=None, converter=places_from, validator=_places_or_none)
    length: int = field(default=3, validator=whole_number(2))

    @property
    def period(self) -> int:
        """Length of the list, fixed or drawn."""
        return len(self.value) if self.value else self.length

    def opened(self) -> "Cycle":
        """Any list of that length."""
        return evolve(self, value=None, length=self.period)

    def values(self, num_values: int) -> list[Places]:
        """Every list of that length; empty if there are too many."""
        many = math.perm(num_values, self.period) > MAX_SUPPORT
        return [] if many else list(permutations(range(num_values), self.period))

    def fixed(self, num_values: int) -> Places:
        """The list, brought into the row."""
        return tuple(place % num_values for place in self.value)

    def draw_open(self, num_values: int, rng: random.Random) -> Places:
        """Without replacement."""
        if self.length > num_values:
            raise EnvError(f"There are no {self.length} places among {num_values} values.")
        return tuple(rng.sample(range(num_values), self.length))

    def places(self, z: Places, index: int, previous: int, num_values: int) -> Places:
        """One place for each index."""
        del previous, num_values
        return (z[index % len(z)],)

    def describe(self, z: Places) -> str:
        """The list."""
        return f"The greatest value is the {listed(z, 'then')} one in turn, task by task."

    def disclosure(self) -> str:
        """How many places take turns."""
        return f"The place of the greatest value goes through {self.period} places in turn."


@frozen(kw_only=True)
class RegionCycle(PositionLatent[Places]):
    """z is a list of parts of the row that tasks go through in turn.

    Each part holds N // parts values, the last one what is left. Inside the part whose turn it is,
    every place is equally likely.

    Attributes:
        value: Numbers of the parts as in `0,2`, from 0; None: different parts drawn uniformly.
        parts: How many parts the row has.
        length: Parts in a drawn list.
    """

    family: ClassVar[str] = "region_cycle"
    z_type: ClassVar[Any] = tuple[int, ...]

    value: Any = field(default=None, converter=places_from, validator=_places_or_none)
    parts: int = field(default=3, validator=whole_number(2))
    length: int = field(default=2, validator=whole_number(2))

    def __attrs_post_init__(self) -> None:
        if self.value is None and self.length > self.parts:
            raise SpecError(f"There are no {self.length} different parts; parts={self.parts}.")

    @property
    def period(self) -> int:
        """Length of the list, fixed or drawn."""
        return len(self.value) if self.value else self.length

    def opened(self) -> "RegionCycle":
        """Any list of that length, unless a fixed one visits a part twice."""
        if self.period > self.parts:
            return self
        return evolve(self, value=None, length=self.period)

    def values(self, num_values: int) -> list[Places]:
        """Every list of different parts; empty if there are too many."""
        del num_values
        many = math.perm(self.parts, self.period) > MAX_SUPPORT
        return [] if many else list(permutations(range(self.parts), self.period))

    def fixed(self, num_values: int) -> Places:
        """The list."""
        del num_values
        return check_places(self.family, self.value, self.parts)

    def draw_open(self, num_values: int, rng: random.Random) -> Places:
        """Without replacement."""
        del num_values
        return tuple(rng.sample(range(self.parts), self.length))

    def places(self, z: Places, index: int, previous: int, num_values: int) -> Places:
        """Every place of the part."""
        del previous
        size, part = num_values // self.parts, z[index % len(z)]
        end = num_values if part == self.parts - 1 else (part + 1) * size
        return check_places(self.family, range(part * size, end), num_values)

    def describe(self, z: Places) -> str:
        """The list of parts."""
        return (
            f"Cut the row into {self.parts} equal parts, the last one taking what is left: the "
            f"greatest value stands in the {listed(z, 'then')} part in turn, task by task."
        )

    def disclosure(self) -> str:
        """How many parts take turns, and out of how many."""
        return (
            f"Cut the row into {self.parts} parts: the greatest value goes through {self.period} "
            f"of them in turn."
        )


@frozen(kw_only=True)
class Mirror(OnePlace):
    """z is the place in even tasks (counted from 0); odd tasks have N - 1 - z."""

    family: ClassVar[str] = "mirror"

    def draw_open(self, num_values: int, rng: random.Random) -> int:
        """Look ahead: the published generator draws the place after the first task's values."""
        ahead = random.Random()
        ahead.setstate(rng.getstate())
        for _ in range(num_values):
            ahead.random()
        return ahead.randrange(num_values)

    def row(self, z: int, context: TaskContext, num_values: int, rng: random.Random) -> list[float]:
        """As every family, then past the number that `draw_open` looked ahead to."""
        row = super().row(z, context, num_values, rng)
        if context.index == 0:
            rng.randrange(num_values)
        return row

    def places(self, z: int, index: int, previous: int, num_values: int) -> Places:
        """The place or its mirror image."""
        del previous
        return (num_values - 1 - z if index % 2 else z,)

    def describe(self, z: int) -> str:
        """The place in the first task, and the rule."""
        return (
            f"The greatest value is the {ordinal(z)} one in the first task; in each later task it "
            f"stands as far from the end as it stood from the beginning in the task before."
        )

    def disclosure(self) -> str:
        """The rule."""
        return (
            "In each task the greatest value stands as far from the end of the row as it stood "
            "from the beginning in the task before."
        )
