"""The ground truth of one task."""

import re

from attrs import frozen

from latentgym_core.errors import SpecError

MAX_TURNS = 20
LONGEST_WORD = 40
WORD = re.compile(rf"[a-z]{{1,{LONGEST_WORD}}}")


@frozen(kw_only=True)
class Task:
    """A ladder to find.

    Attributes:
        start_word: The word to begin with, in lower-case letters a to z.
        target_word: The word to reach, of the same length.
        optimal_path: A solution, from the start to the target.
        optimal_steps: Steps of the solution that rewards are measured against, o.
        max_turns: Replies announced to the player, T.
        law: The hidden rule that moves must obey (see `laws`), where the core env enforces it;
            empty: none.
    """

    start_word: str
    target_word: str
    optimal_path: tuple[str, ...]
    optimal_steps: int
    max_turns: int = MAX_TURNS
    law: str = ""

    def __attrs_post_init__(self) -> None:
        # One check instead of six validators: tasks are drawn by the thousand.
        start, target, path = self.start_word, self.target_word, self.optimal_path
        if not all(type(word) is str and WORD.fullmatch(word) for word in (start, target)):
            raise SpecError(
                f"Word-ladder words have 1 to {LONGEST_WORD} letters from a to z in lower case; "
                f"{start!r} or {target!r} has not."
            )
        if len(start) != len(target) or path[:1] != (start,) or path[-1:] != (target,):
            raise SpecError(
                f"A word-ladder task needs two words of one length and a path from the first to "
                f"the second; this is {self}."
            )
        counts = (self.optimal_steps, self.max_turns)
        if not all(type(count) is int for count in counts) or self.optimal_steps < 0:
            raise SpecError(f"Steps and turns are whole numbers from 0; this is {self}.")
        if self.max_turns < 1:
            raise SpecError(f"A word-ladder task needs at least one turn; this is {self}.")
