"""What hangman says to its players."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from latentgym_envs.hangman.board import drawn
from latentgym_envs.hangman.task import LONGEST_WORD

LETTER_FORMAT = "Write one letter in square brackets, for example [E]."
WORD_FORMAT = "Write one letter or one word in square brackets, for example [E] or [APPLE]."
VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "hit": "is in the word",
        "miss": "is not in the word",
        "wrong_word": "is not the hidden word",
    }
)


def rules(*, word_guesses: bool, partial: bool, costly: bool) -> str:
    """Aim, costs and format."""
    whole, wrong, named = "", "", ""
    if word_guesses:
        whole, wrong, named = ", or the whole word", ", or a wrong word,", " or you name the word"
    parts = [
        f"Find a hidden word. Guess one letter at a time{whole}. A letter that the word holds is "
        f"revealed in all its places. A letter that it does not hold{wrong} costs one life. A "
        f"repeated letter or a reply without a guess costs no life.",
        f"You win when every letter is revealed{named}; you lose when your lives are used up.",
    ]
    if partial:
        parts.append("If you lose, you still score the share of letters that are revealed.")
    if costly:
        parts.append("The fewer replies you need, the better your score.")
    parts.append(f"{_format(word_guesses)} Use square brackets for your guess alone.")
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
    kind: str,
    guess: str | None,
    board: str,
    lives: int,
    guessed: str,
    *,
    status: bool,
    word_guesses: bool,
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
        word_guesses: Whether a word is a guess.
    """
    shown = "That word" if guess is None or len(guess) > LONGEST_WORD else guess.upper()
    if kind == "format":
        said = f"There is no guess in that reply. {_format(word_guesses)}"
    elif kind == "repeat":
        said = f"You have already guessed the letter {shown} in this task; nothing changes."
    elif kind == "correct":
        return f"{shown} is the hidden word. You win."
    elif status:
        said = f"{shown} {VERDICTS[kind]}.\n{drawn(board)}"
    else:
        return drawn(board)
    return f"{said}\n{_status(lives, guessed)}" if status else said


def final(board: str, guessed: Iterable[str]) -> str:
    """The board that a task ended on, and the letters guessed until then."""
    return f"Final board: {' '.join(board.upper())}. Letters guessed: {_listed(guessed)}."


def _format(word_guesses: bool) -> str:
    return WORD_FORMAT if word_guesses else LETTER_FORMAT


def _status(lives: int, guessed: str) -> str:
    return f"Lives left: {lives}. Letters guessed: {_listed(guessed)}."


def _listed(letters: Iterable[str]) -> str:
    return " ".join(letters).upper() or "none"


def _counted(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {many}"
