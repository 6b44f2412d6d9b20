"""The ground truth of one task."""

from attrs import frozen

from latentgym_core.errors import SpecError

NUM_VALUES = 10
DECIMALS = 4  # of a value as it is shown


@frozen(kw_only=True)
class Task:
    """A row of values.

    Attributes:
        values: What is shown, one after the other; numbers from 0 to 1, at least two.
    """

    values: tuple[float, ...]

    def __attrs_post_init__(self) -> None:
        values = self.values
        if len(values) < 2 or not all(type(v) is float and 0.0 <= v <= 1.0 for v in values):
            raise SpecError(
                f"A secretary task is a row of at least two numbers from 0 to 1; this is {values}."
            )

    @property
    def best(self) -> int:
        """Place of the greatest value, from 0; the first of equal ones."""
        return self.values.index(max(self.values))

    @property
    def all_shown(self) -> tuple[float, ...]:
        """All values as the observations tell them."""
        return tuple(map(self.shown, range(len(self.values))))

    def shown(self, place: int) -> float:
        """A value as the observations tell it."""
        return round(self.values[place], DECIMALS)
