"""The ground truth of one task."""

from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_envs.mastermind.codes import Code

CODE_LENGTH, NUM_NUMBERS, MAX_TURNS = 4, 6, 10


@frozen(kw_only=True)
class Task:
    """A code to find.

    Attributes:
        secret_code: The hidden digits; their number n is the length of a guess.
        num_numbers: Digits go from 1 to this, k.
        duplicates_allowed: Whether a code and a guess may repeat a digit.
        max_turns: Guesses allowed, T.
        turn_penalty: Reward that every guess but the first costs, p, from 0 to 1.
    """

    secret_code: Code
    num_numbers: int = NUM_NUMBERS
    duplicates_allowed: bool = False
    max_turns: int = MAX_TURNS
    turn_penalty: float = 0.0

    def __attrs_post_init__(self) -> None:
        # One check instead of a validator each: tasks are drawn by the thousand.
        code, k = self.secret_code, self.num_numbers
        whole = all(type(each) is int for each in (*code, k, self.max_turns))
        if not whole or not code or min(code) < 1 or max(code) > k or self.max_turns < 1:
            raise SpecError(
                f"A mastermind task needs a code of whole numbers from 1 to num_numbers and at "
                f"least one turn; this is {self}."
            )
        if not self.duplicates_allowed and len(set(code)) < len(code):
            raise SpecError(f"This code repeats a digit without duplicates_allowed: {self}.")
        if not 0 <= self.turn_penalty <= 1:
            raise SpecError(f"The turn penalty of a task lies between 0 and 1; this is {self}.")
