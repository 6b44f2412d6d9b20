"""What wordle says to its players."""

from latentgym_envs.wordle.action import Pick

FORMAT = "Write one word in square brackets, for example {}."
EXAMPLES = {3: "[hat]", 4: "[road]", 5: "[river]", 6: "[bridge]", 7: "[journey]", 8: "[mountain]"}
CREDIT = {
    "best": "If you do not find it, you score the marks of your best guess: one point for a G and "
    "half a point for a Y, divided by the number of letters.",
    "last": "If you do not find it, you score the marks of your last guess that was a word: one "
    "point for a G and half a point for a Y, divided by the number of letters.",
    "none": "If you do not find it, you score nothing.",
}
REJECTIONS = {
    "repeat": "You have already guessed {} in this task.",
    "word": "{} is not a word of the game's English dictionary.",
}


def rules(length: int, max_turns: int, penalty: float, partial: str, pick: Pick) -> str:
    """Aim, marks, costs and format."""
    parts = [
        f"Find a hidden English word of {_counted(length, 'letter', 'letters')}. Every reply uses "
        f"one of your {_counted(max_turns, 'guess', 'guesses')}. A guess must be an English word "
        f"of the same length that you have not tried before in this task; each of its letters is "
        f"marked:",
        "G: the letter is right and in the right place.",
        "Y: the word has this letter in another place.",
        "X: the word has this letter nowhere, or no more copies of it than are marked.",
    ]
    if penalty:
        parts.append(
            f"A word found with your n-th guess scores 1 - {penalty:g} x (n - 1), but never "
            f"less than 0."
        )
    parts.append(CREDIT[partial])
    parts.append(
        f"{_format(length)} Use square brackets for your guess alone: only the {pick} word in "
        f"brackets counts."
    )
    return "\n".join(parts)


def opening(length: int, max_turns: int) -> str:
    """The first observation of a task."""
    return (
        f"The hidden word has {_counted(length, 'letter', 'letters')}. You have "
        f"{_counted(max_turns, 'guess', 'guesses')}. What is your guess?"
    )


def scored(guess: str, marks: str, turns_left: int, *, solved: bool) -> str:
    """The answer to a guess that was marked."""
    board = f"{' '.join(guess.upper())}\n{' '.join(marks)}"
    end = "That is the hidden word." if solved else left(turns_left)
    return f"Your guess {guess.upper()}:\n{board}\n{end}"


def last_scored(guess: str | None, marks: str | None) -> str:
    """The guess that a task ended on; None if none was marked."""
    if guess is None or marks is None:
        return "No guess was marked."
    return f"Your last marked guess was {guess.upper()}, marked {' '.join(marks)}."


def rejected(kind: str, guess: str | None, length: int, turns_left: int) -> str:
    """The answer to any other reply.

    Args:
        kind: Of the turn's facts.
        guess: The guess, if there is one of the right length.
        length: Letters of the hidden word.
        turns_left: Guesses left after it.
    """
    if kind == "length":
        said = f"Your guess must have {_counted(length, 'letter', 'letters')}."
    elif guess is None:
        found = "That reply is empty." if kind == "empty" else "There is no guess in that reply."
        said = f"{found} {_format(length)}"
    else:
        said = REJECTIONS[kind].format(guess.upper())
    return f"{said} {left(turns_left)}"


def left(turns_left: int) -> str:
    """How many guesses are left."""
    return f"Guesses left: {turns_left}."


def _format(length: int) -> str:
    return FORMAT.format(EXAMPLES.get(length, f"[{'abcdefghijklmno'[:length]}]"))


def _counted(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {many}"
