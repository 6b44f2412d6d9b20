"""The ground truth of one task."""

import re

from attrs import frozen

from latentgym_core.errors import SpecError

LIVES, MAX_TURNS = 6, 20
LONGEST_WORD = 40
WORD = re.compile(rf"[a-z]{{1,{LONGEST_WORD}}}")


@frozen(kw_only=True)
class Task:
    """A word to find.

    Attributes:
        target_word: The hidden word, in lower-case letters a to z.
        lives: Wrong guesses that end the task.
        max_turns: Replies allowed, T; without meaning where the core env has no turn cap.
    """

    target_word: str
    lives: int = LIVES
    max_turns: int = MAX_TURNS

    def __attrs_post_init__(self) -> None:
        # One check instead of three validators: tasks are drawn by the thousand.
        if type(self.target_word) is not str or not WORD.fullmatch(self.target_word):
            raise SpecError(
                f"A hangman word has 1 to {LONGEST_WORD} letters from a to z in lower case; "
                f"{self.target_word!r} has not."
            )
        counts = (self.lives, self.max_turns)
        if not all(type(count) is int and count >= 1 for count in counts):
            raise SpecError(
                f"A hangman task needs at least one life and one turn, both whole numbers; this "
                f"is {self}."
            )
