"""How the letters of a guess are marked."""

RIGHT, ELSEWHERE, ABSENT = "G", "Y", "X"


def mark(guess: str, target: str) -> str:
    """Mark every letter of a guess.

    Args:
        guess: As long as the target.
        target: The hidden word.

    Returns:
        One mark for each letter: `G` at its place; from left to right over the rest, `Y` while
        the target has a copy of the letter that no mark has used, else `X`.
    """
    left: dict[str, int] = {}
    for letter, hidden in zip(guess, target, strict=True):
        if letter != hidden:
            left[hidden] = left.get(hidden, 0) + 1
    marks = ""
    for letter, hidden in zip(guess, target, strict=True):
        if letter == hidden:
            marks += RIGHT
        elif left.get(letter, 0):
            left[letter] -= 1
            marks += ELSEWHERE
        else:
            marks += ABSENT
    return marks


def credit(marks: str) -> float:
    """Share of the letters that are right, with half a point for those at another place."""
    return (marks.count(RIGHT) + 0.5 * marks.count(ELSEWHERE)) / len(marks)
