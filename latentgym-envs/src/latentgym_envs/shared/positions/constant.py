"""Families `shared_place` and `shared_place_set`: the same places in every task."""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any, ClassVar

from attrs import field, frozen

from latentgym_core.contract.validators import whole_number
from latentgym_envs.secretary.latents.positions import whole_or_none
from latentgym_envs.shared.positions.place_latent import OnScale, SharedPlaces, is_at


@frozen(kw_only=True)
class Place(OnScale):
    """One place of the scale."""

    place: int


@frozen(kw_only=True)
class SharedPlace(SharedPlaces[Place]):
    """z is the place of the best choice in every task.

    Attributes:
        value: The place on the scale, from 0, or from -1 backwards; None: any.
    """

    family: ClassVar[str] = "shared_place"
    z_type: ClassVar[Any] = Place

    value: int | None = field(default=None, validator=whole_or_none)

    def count(self, num_places: int) -> int:
        """One for each place."""
        return num_places

    def values(self, num_places: int) -> Sequence[Place]:
        """Every place."""
        return [Place(of=num_places, place=place) for place in range(num_places)]

    def fits(self, z: Place) -> bool:
        """Whether it is the fixed place."""
        return is_at(z.place, self.value, z.of)

    def places(self, z: Place, index: int) -> tuple[int, ...]:
        """That place."""
        del index
        return (z.place,)

    def describe(self, z: Place) -> str:
        """The place."""
        return f"The best choice of a row always stands at {self.written(z.place, z.of)}."

    def disclosure(self) -> str:
        """That it is one place."""
        return (
            f"The best choice of a row stands at the same place in every task; which one, is to "
            f"be found out. {self.note()}"
        )


@frozen(kw_only=True)
class Places(OnScale):
    """Several places of the scale."""

    places: tuple[int, ...]


@frozen(kw_only=True)
class SharedPlaceSet(SharedPlaces[Places]):
    """z is a set of places; in every task the best choice stands at any of them.

    Attributes:
        size: Places in a set.
    """

    family: ClassVar[str] = "shared_place_set"
    z_type: ClassVar[Any] = Places

    size: int = field(default=2, validator=whole_number(1))

    def count(self, num_places: int) -> int:
        """All sets of the size."""
        return math.comb(num_places, self.size)

    def values(self, num_places: int) -> Sequence[Places]:
        """Every set, its places in order."""
        sets = combinations(range(num_places), self.size)
        return [Places(of=num_places, places=each) for each in sets]

    def places(self, z: Places, index: int) -> tuple[int, ...]:
        """The set."""
        del index
        return z.places

    def describe(self, z: Places) -> str:
        """The places."""
        listed = " or ".join(self.written(place, z.of) for place in z.places)
        return f"The best choice of a row always stands at {listed}."

    def disclosure(self) -> str:
        """How many places there are."""
        return (
            f"The best choice of a row always stands at one of {self.size} places, which are the "
            f"same in every task; which ones, is to be found out. {self.note()}"
        )
