"""What hangman says to its players."""

from latentgym_envs.hangman.board import drawn
from latentgym_envs.hangman.task import LONGEST_WORD

FORMAT = "Write one letter or one word in square brackets, for example [E] or [APPLE]."


def rules(*, partial: bool, costly: bool) -> str:
    """Aim, costs and format."""
    parts = [
        "Find a hidden word. Guess one letter at a time, or the whole word. A letter that the "
        "word holds is revealed in all its places. A letter that it does not hold, or a wrong "
        "word, costs one life. A repeated letter or a reply without a guess costs no life.",
        "You win when every letter is revealed or you name the word; you lose when your lives "
        "are used up.",
    ]
    if partial:
        parts.append("If you lose, you still score the share of letters that are revealed.")
    if costly:
        parts.append("The fewer replies you need, the better your score.")
    parts.append(f"{FORMAT} Use square brackets for your guess alone.")
    return "\n".join(parts)


def opening(board: str, lives: int, max_turns: int | None) -> str:
    """The first observation of a task."""
    limit = (
        ""
        if max_turns is None
        else f" Every reply uses one turn, and you have {_counted(max_turns, 'turn', 'turns')}."
    )
    return (
        f"The hidden word has {_counted(len(board), 'letter', 'letters')}.\n{drawn(board)}\n"
        f"{_status(lives, '')}{limit} What is your guess?"
    )


def answer(
    kind: str, guess: str | None, board: str, lives: int, guessed: str, *, status: bool
) -> str:
    """What a reply led to.

    Args:
        kind: Of the turn's facts.
        guess: The guess in lower case; None if there is none.
        board: The board after it.
        lives: Lives left after it.
        guessed: Letters guessed after it, in order.
        status: Whether all of this is told; without, a valid guess is answered with the bare
            board, as in the published environment.
    """
    shown = "That word" if guess is None or len(guess) > LONGEST_WORD else guess.upper()
    if kind == "format":
        said = f"There is no guess in that reply. {FORMAT}"
    elif kind == "repeat":
        said = f"You have already guessed the letter {shown} in this task; nothing changes."
    elif kind == "correct":
        return f"{shown} is the hidden word. You win."
    elif status:
        said = f"{shown} {VERDICTS[kind]}.\n{drawn(board)}"
    else:
        return drawn(board)
    return f"{said}\n{_status(lives, guessed)}" if status else said


VERDICTS = {
    "hit": "is in the word",
    "miss": "is not in the word",
    "wrong_word": "is not the hidden word",
}


def _status(lives: int, guessed: str) -> str:
    letters = " ".join(guessed.upper()) or "none"
    return f"Lives left: {lives}. Letters guessed: {letters}."


def _counted(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {many}"
