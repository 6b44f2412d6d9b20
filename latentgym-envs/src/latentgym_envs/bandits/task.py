"""The ground truth of one task."""

from attrs import frozen

from latentgym_core.errors import SpecError

Last = tuple[int, int] | None
"""Indices of the best and the worst button of the task before; None before the first task."""


MAX_TURNS = 30


@frozen(kw_only=True)
class Task:
    """A row of buttons, each of which pays with a probability of its own.

    Attributes:
        probabilities: Success probability of each button, in the order of `buttons`.
        buttons: Their names, lower-case.
        max_turns: Turns after which a choice is due, T.
    """

    probabilities: tuple[float, ...]
    buttons: tuple[str, ...]
    max_turns: int = MAX_TURNS

    def __attrs_post_init__(self) -> None:
        # One check instead of three validators: tasks are drawn by the thousand.
        if (
            type(self.max_turns) is not int
            or self.max_turns < 1
            or not 2 <= len(self.buttons) == len(set(self.buttons)) == len(self.probabilities)
            or not all(type(p) in (float, int) and 0 <= p <= 1 for p in self.probabilities)
        ):
            raise SpecError(
                f"A bandits task needs two different buttons or more, a probability from 0 to 1 "
                f"for each, and at least one turn; this is {self}."
            )

    @property
    def best(self) -> int:
        """Index of the most probable button, the first of equals."""
        return self.probabilities.index(max(self.probabilities))

    @property
    def worst(self) -> int:
        """Index of the least probable button, the first of equals."""
        return self.probabilities.index(min(self.probabilities))
