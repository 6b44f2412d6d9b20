"""Families `shared_place_shift` and `shared_place_cycle`: z and the task's index give the place.

The index counts all tasks that follow the latent, of whatever game.
"""

import math
from collections.abc import Sequence
from itertools import permutations
from typing import Any, ClassVar

from attrs import field, frozen

from latentgym_core.contract.validators import whole_number
from latentgym_envs.secretary.latents.positions import whole_or_none
from latentgym_envs.shared.positions.constant import Places
from latentgym_envs.shared.positions.place_latent import OnScale, SharedPlaces, is_at


@frozen(kw_only=True)
class Walk(OnScale):
    """A walk around the scale.

    Attributes:
        start: Place of the first task.
        step: How many places further that of the next task is, from 1 to P - 1.
    """

    start: int
    step: int


@frozen(kw_only=True)
class SharedPlaceShift(SharedPlaces[Walk]):
    """z is a start and a step: from task to task the best choice moves on, around the scale.

    Attributes:
        start: Place of the first task, from 0, or from -1 backwards; None: any.
        step: Places, not 0 modulo P; None: any.
    """

    family: ClassVar[str] = "shared_place_shift"
    z_type: ClassVar[Any] = Walk

    start: int | None = field(default=None, validator=whole_or_none)
    step: int | None = field(default=None, validator=whole_or_none)

    def count(self, num_places: int) -> int:
        """Every start with every step."""
        return num_places * (num_places - 1)

    def values(self, num_places: int) -> Sequence[Walk]:
        """Start by start."""
        return [
            Walk(of=num_places, start=start, step=step)
            for start in range(num_places)
            for step in range(1, num_places)
        ]

    def fits(self, z: Walk) -> bool:
        """Whether start and step are the fixed ones."""
        same_step = self.step is None or z.step == self.step % z.of
        return same_step and is_at(z.start, self.start, z.of)

    def places(self, z: Walk, index: int) -> tuple[int, ...]:
        """One place for each index."""
        return ((z.start + index * z.step) % z.of,)

    def describe(self, z: Walk) -> str:
        """Start and step."""
        ahead = 2 * z.step <= z.of
        steps = z.step if ahead else z.of - z.step
        moves = f"{steps} place{'s' * (steps > 1)} {'forward' if ahead else 'back'}"
        return (
            f"The best choice of the first task stands at {self.written(z.start, z.of)}, and from "
            f"task to task it moves {moves}, around {z.of} places. {self.note()}"
        )

    def disclosure(self) -> str:
        """That it moves by a fixed step."""
        return (
            f"From task to task, whatever the game, the place of the best choice moves around the "
            f"row by a fixed number of places, which is never 0; it may start anywhere. "
            f"{self.note()}"
        )


@frozen(kw_only=True)
class SharedPlaceCycle(SharedPlaces[Places]):
    """z is a list of different places that tasks go through in turn.

    Attributes:
        length: Places in the list, at least 2.
    """

    family: ClassVar[str] = "shared_place_cycle"
    z_type: ClassVar[Any] = Places

    length: int = field(default=3, validator=whole_number(2))

    def count(self, num_places: int) -> int:
        """Every order of every choice of places."""
        return math.perm(num_places, self.length)

    def values(self, num_places: int) -> Sequence[Places]:
        """In lexical order."""
        lists = permutations(range(num_places), self.length)
        return [Places(of=num_places, places=each) for each in lists]

    def places(self, z: Places, index: int) -> tuple[int, ...]:
        """The place whose turn it is."""
        return (z.places[index % len(z.places)],)

    def describe(self, z: Places) -> str:
        """The list."""
        listed = ", then ".join(self.written(place, z.of) for place in z.places)
        return (
            f"From task to task, the best choice stands in turn at {listed}, and so on from the "
            f"beginning. {self.note()}"
        )

    def disclosure(self) -> str:
        """How many places take turns."""
        return (
            f"From task to task, whatever the game, the best choice goes through {self.length} "
            f"different places in turn, and then through the same again. {self.note()}"
        )
