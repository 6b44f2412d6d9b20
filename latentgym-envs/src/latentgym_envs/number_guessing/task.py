"""The ground truth of one task."""

from attrs import frozen

from latentgym_core.errors import SpecError

LOW, HIGH, MAX_TURNS = 1, 1000, 30


@frozen(kw_only=True)
class Task:
    """A number to find.

    Attributes:
        target: The hidden number.
        low: Lower end of the visible range, at least 0 because a guess has no sign.
        high: Upper end, included.
        max_turns: Guesses allowed, T.
    """

    target: int
    low: int = LOW
    high: int = HIGH
    max_turns: int = MAX_TURNS

    def __attrs_post_init__(self) -> None:
        # One check instead of four validators: tasks are drawn by the thousand.
        values = (self.target, self.low, self.high, self.max_turns)
        if not all(type(each) is int for each in values):
            raise SpecError(f"A number-guessing task is made of whole numbers; this is {self}.")
        if not 0 <= self.low <= self.target <= self.high or self.max_turns < 1:
            raise SpecError(
                f"A number-guessing task needs 0 <= low <= target <= high and at least one turn; "
                f"this is {self}."
            )
