"""The board: one character for each letter of the word, `_` where it is hidden."""

from functools import cache

HIDDEN = "_"


def reveal_letter(board: str, word: str, letter: str) -> str:
    """The board with every place of a letter revealed."""
    return "".join(
        here if here == letter else shown for shown, here in zip(board, word, strict=True)
    )


def revealed_share(board: str) -> float:
    """Revealed places over length of the word, from 0 to 1."""
    return (len(board) - board.count(HIDDEN)) / len(board)


def drawn(board: str) -> str:
    """Two rows: a label over every place, and the letters in capitals.

    C00 C01 C02
      _   A   _
    """
    return f"{_labels(len(board))}\n  {'   '.join(board.upper())}"


@cache
def _labels(length: int) -> str:
    return " ".join(f"C{place:02}" for place in range(length))
