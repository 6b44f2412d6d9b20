"""The ground truth of one task."""

import re

from attrs import frozen

from latentgym_core.errors import SpecError

WORD_LENGTH, MAX_TURNS = 5, 6
LONGEST_WORD = 15  # as in the word lists
WORD = re.compile(rf"[a-z]{{1,{LONGEST_WORD}}}")


@frozen(kw_only=True)
class Task:
    """A word to find.

    Attributes:
        target_word: The hidden word, in lower-case letters a to z.
        max_turns: Guesses allowed, T.
        turn_penalty: Reward that every guess but the first costs, p, from 0 to 1.
    """

    target_word: str
    max_turns: int = MAX_TURNS
    turn_penalty: float = 0.0

    def __attrs_post_init__(self) -> None:
        # One check instead of three validators: tasks are drawn by the thousand.
        if type(self.target_word) is not str or not WORD.fullmatch(self.target_word):
            raise SpecError(
                f"A wordle word has 1 to {LONGEST_WORD} letters from a to z in lower case; "
                f"{self.target_word!r} has not."
            )
        if type(self.max_turns) is not int or self.max_turns < 1:
            raise SpecError(
                f"A wordle task needs a whole number of turns from 1; max_turns is "
                f"{self.max_turns!r}."
            )
        if type(self.turn_penalty) not in (int, float) or not 0 <= self.turn_penalty <= 1:
            raise SpecError(
                f"A wordle task needs a turn_penalty from 0 to 1; it is {self.turn_penalty!r}."
            )
