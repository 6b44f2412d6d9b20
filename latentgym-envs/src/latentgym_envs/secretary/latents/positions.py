"""Latent families `fixed_position` and `position_set`: the same places in every task."""

import math
import random
from collections.abc import Callable, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Any, ClassVar

from attrs import Attribute, field, frozen

from latentgym_core.contract.validators import whole_number
from latentgym_core.errors import EnvError, SpecError
from latentgym_envs.common.ordinals import listed, ordinal
from latentgym_envs.secretary.latents.position_latent import (
    Places,
    PositionLatent,
    check_places,
    places_from,
)
from latentgym_envs.secretary.latents.secretary_latent import MAX_SUPPORT


def _quarter(number: int) -> Callable[[int], list[int]]:
    def places(num_values: int) -> list[int]:
        size = max(1, num_values // 4)
        return list(range(number * size, (number + 1) * size))

    return places


def _below(*places: int) -> Callable[[int], list[int]]:
    return lambda num_values: [place for place in places if place < num_values]


NAMED_SETS: Mapping[str, Callable[[int], list[int]]] = MappingProxyType(
    {
        "first_half": lambda num_values: list(range(num_values // 2)),
        "second_half": lambda num_values: list(range(num_values // 2, num_values)),
        "even": lambda num_values: list(range(0, num_values, 2)),
        "odd": lambda num_values: list(range(1, num_values, 2)),
        "quarter_0": _quarter(0),
        "quarter_1": _quarter(1),
        "quarter_2": _quarter(2),
        "quarter_3": _quarter(3),
        "primes": _below(2, 3, 5, 7),
        "fibonacci": _below(1, 1, 2, 3, 5, 8),
    }
)
"""Name to places for N values; a place that is listed twice is twice as likely."""


def whole_or_none(_: object, attribute: "Attribute[Any]", value: object) -> None:
    """An attrs validator for one place, or none."""
    if value is not None and type(value) is not int:
        raise SpecError(f"{attribute.name} is {value!r}; it must be a place, a whole number.")


@frozen(kw_only=True)
class OnePlace(PositionLatent[int]):
    """z is one place of the row.

    Attributes:
        value: The place, from 0, modulo N (-1 is the last one); None: drawn uniformly.
    """

    z_type: ClassVar[Any] = int

    value: int | None = field(default=None, validator=whole_or_none)

    def values(self, num_values: int) -> range:
        """Every place."""
        return range(num_values)

    def fixed(self, num_values: int) -> int:
        """The place, brought into the row."""
        assert self.value is not None
        return self.value % num_values


@frozen(kw_only=True)
class FixedPosition(OnePlace):
    """z is the place of the greatest value in every task."""

    family: ClassVar[str] = "fixed_position"

    def places(self, z: int, index: int, previous: int, num_values: int) -> Places:
        """That place."""
        del index, previous, num_values
        return (z,)

    def describe(self, z: int) -> str:
        """The place."""
        return f"The greatest value is always the {ordinal(z)} one."

    def disclosure(self) -> str:
        """That it is one place."""
        return "The greatest value stands at the same place in every task; it can be any place."


def _a_set(_: object, attribute: "Attribute[Any]", value: object) -> None:
    named = isinstance(value, str) and value in NAMED_SETS
    if value is not None and not named and not is_places(value):
        raise SpecError(
            f"{attribute.name} is {value!r}; it must be places as in 2,5,8 or one of "
            f"{', '.join(NAMED_SETS)}."
        )


def is_places(value: object) -> bool:
    """Whether a value is a tuple of whole numbers, at least one."""
    return isinstance(value, tuple) and bool(value) and all(type(each) is int for each in value)


@frozen(kw_only=True)
class PositionSet(PositionLatent[Places]):
    """z is the places where the greatest value can stand, each equally likely in every task.

    Attributes:
        value: Places as in `2,5,8`, from 0, repeats being more likely, or a name of
            `NAMED_SETS`; None: a set drawn uniformly.
        size: Places in a drawn set; 0: every non-empty set is possible.
    """

    family: ClassVar[str] = "position_set"
    z_type: ClassVar[Any] = tuple[int, ...]

    value: Any = field(default=None, converter=places_from, validator=_a_set)
    size: int = field(default=0, validator=whole_number(0))

    def values(self, num_values: int) -> list[Places]:
        """Every set, small ones first; empty if there are too many to list."""
        sizes = [self.size] if self.size else range(1, num_values + 1)
        if sum(math.comb(num_values, size) for size in sizes) > MAX_SUPPORT:
            return []
        return [each for size in sizes for each in combinations(range(num_values), size)]

    def fixed(self, num_values: int) -> Places:
        """The places, or what their name means for N values."""
        named = NAMED_SETS[self.value](num_values) if isinstance(self.value, str) else self.value
        return check_places(self.family, named, num_values)

    def listed_as(self, z: Places, num_values: int) -> Places:
        """As a set: which places are likelier than others is no part of the open family."""
        del num_values
        return tuple(sorted(set(z)))

    def draw_open(self, num_values: int, rng: random.Random) -> Places:
        """A set of the given size, or any non-empty one."""
        if self.size > num_values:
            raise EnvError(f"There are no {self.size} places among {num_values} values.")
        if self.size:
            return tuple(sorted(rng.sample(range(num_values), self.size)))
        bits = rng.randrange(1, 1 << num_values)
        return tuple(place for place in range(num_values) if bits >> place & 1)

    def places(self, z: Places, index: int, previous: int, num_values: int) -> Places:
        """The set."""
        del index, previous, num_values
        return z

    def describe(self, z: Places) -> str:
        """The places, with those that are more likely."""
        often = sorted({place for place in z if z.count(place) > 1})
        more = f" The {listed(often)} is more likely than the others." if often else ""
        return f"The greatest value is always the {listed(sorted(set(z)), 'or')} one.{more}"

    def disclosure(self) -> str:
        """How many places there are, if the family says so."""
        number = f"{self.size} places" if self.size else "places, which may be few or many"
        return f"The greatest value always stands at one of a fixed set of {number}."
