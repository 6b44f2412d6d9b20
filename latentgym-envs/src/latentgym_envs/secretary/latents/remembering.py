"""Latent families in which the place of the greatest value depends on the task before."""

from typing import Any, ClassVar

from attrs import Attribute, field, frozen

from latentgym_core.errors import SpecError
from latentgym_envs.secretary.latents.position_latent import Places, PositionLatent

MAX_STREAK = 5


def _count_or_none(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and (type(value) is not int or value < 1):
        raise SpecError(f"{attribute.name} is {value!r}; it must be a whole number from 1.")


@frozen(kw_only=True)
class RandomWalk(PositionLatent[int]):
    """z is a step: the place moves by it, up or down with equal chance, on a circle of N places.

    The first place is uniform. The places themselves are not part of z.

    Attributes:
        value: The step; None: uniform from 1 to (N - 1) // 2, at least 1.
    """

    family: ClassVar[str] = "random_walk"
    z_type: ClassVar[Any] = int
    remembers: ClassVar[bool] = True

    value: int | None = field(default=None, validator=_count_or_none)

    def values(self, num_values: int) -> range:
        """Every step that is not the mirror image of a smaller one."""
        return range(1, max(1, (num_values - 1) // 2) + 1)

    def places(self, z: int, index: int, previous: int, num_values: int) -> Places:
        """Anywhere, later the two neighbours."""
        if index == 0:
            return tuple(range(num_values))
        return (previous - z) % num_values, (previous + z) % num_values

    def describe(self, z: int) -> str:
        """The step."""
        places = "1 place" if z == 1 else f"{z} places"
        return (
            f"From task to task the greatest value moves {places} to the left or to the right, "
            f"by chance; the first and the last place are neighbours."
        )

    def disclosure(self) -> str:
        """That it walks."""
        return (
            "From task to task the greatest value moves a fixed number of places to the left or "
            "to the right, by chance, as if the row were a circle."
        )


@frozen(kw_only=True)
class Streak(PositionLatent[int]):
    """z is how many tasks in a row share a place; then a new place is drawn, uniform.

    The places themselves are not part of z.

    Attributes:
        value: The length of a streak; None: uniform from 2 to `MAX_STREAK`.
    """

    family: ClassVar[str] = "streak"
    z_type: ClassVar[Any] = int
    remembers: ClassVar[bool] = True

    value: int | None = field(default=None, validator=_count_or_none)

    def values(self, num_values: int) -> range:
        """Every length."""
        del num_values
        return range(2, MAX_STREAK + 1)

    def places(self, z: int, index: int, previous: int, num_values: int) -> Places:
        """Anywhere when a streak begins, then the same."""
        return (previous,) if index % z else tuple(range(num_values))

    def describe(self, z: int) -> str:
        """The length."""
        tasks = "1 task" if z == 1 else f"{z} tasks"
        return f"The greatest value keeps its place for {tasks}, then gets a new one by chance."

    def disclosure(self) -> str:
        """That there are streaks."""
        return (
            "The greatest value keeps its place for a fixed number of tasks, then gets a new one "
            "by chance."
        )
