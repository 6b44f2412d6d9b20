"""What mastermind says to its players."""

from collections.abc import Iterable, Sequence

from latentgym_envs.mastermind.codes import Code


def written(code: Iterable[int]) -> str:
    """A guess in the format of the game: `[1 2 3 4]`."""
    return f"[{' '.join(map(str, code))}]"


def rules(code_length: int, num_numbers: int, *, duplicates_allowed: bool, pays_early: bool) -> str:
    """Aim, answers and format; neither the reward formula nor T is told here."""
    example = written(each % num_numbers + 1 for each in range(code_length))
    repeats = "may repeat a digit" if duplicates_allowed else "never repeat a digit"
    parts = [
        f"Find a secret code of {digits(code_length)}, each from 1 to {num_numbers}. The code and "
        f"your guesses {repeats}.",
        "Each guess is answered with black and white pegs: one black peg for every digit of the "
        "guess that stands in the right place, and one white peg for every further digit of the "
        "guess that the code holds in another place. The code is found when all pegs are black.",
        "Every reply uses up one guess, also one that cannot be scored.",
    ]
    if pays_early:
        parts.append("The fewer guesses you need, the more the code is worth.")
    parts.append(
        f"Write your guess as numbers separated by blanks in square brackets, for example "
        f"{example}. Use square brackets for your guess alone."
    )
    return "\n".join(parts)


def opening(code_length: int, num_numbers: int, max_turns: int, *, duplicates_allowed: bool) -> str:
    """The first observation of a task."""
    guesses = "1 guess" if max_turns == 1 else f"{max_turns} guesses"
    kind = "repeated digits are allowed" if duplicates_allowed else "no digit is repeated"
    return (
        f"The code has {digits(code_length)} from 1 to {num_numbers}; {kind}. You have {guesses}. "
        f"What is your guess?"
    )


def scored(guess: Code, black: int, white: int, *, found: bool, spent: bool) -> str:
    """The pegs of a guess, and whether it ends the task."""
    answer = f"The guess {written(guess)} scores {black} black and {white} white."
    if found:
        return f"{answer} That is the code."
    return f"{answer} Your guesses are used up." if spent else answer


def last_scored(guess: Sequence[int], black: int, white: int) -> str:
    """The guess that a task ended on; empty if none was scored."""
    if not guess:
        return "No guess was scored."
    return f"Your last scored guess was {written(guess)}: {black} black, {white} white."


def rejected(kind: str, code_length: int, num_numbers: int) -> str:
    """Why a reply was not scored."""
    reasons = {
        "empty": "That reply is empty",
        "format": "There is no guess in that reply",
        "length": "That guess does not have the right number of digits",
        "range": "That guess holds a number that is out of range",
        "duplicates": "That guess repeats a digit, which no code does",
        "repeat": "You have made that guess before in this task",
    }
    demands = {
        "length": f"write exactly {digits(code_length)}",
        "range": f"write numbers from 1 to {num_numbers}",
        "duplicates": "write each digit once at most",
        "repeat": "try another one",
    }
    default = f"write {digits(code_length)}, separated by blanks, in one pair of square brackets"
    return f"{reasons[kind]}, so it was not scored: {demands.get(kind, default)}."


def digits(count: int) -> str:
    """`1 digit`, `4 digits`."""
    return "1 digit" if count == 1 else f"{count} digits"
