"""What the turns of one task tell about its word."""

from collections.abc import Sequence

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.hangman.board import HIDDEN


@frozen
class Clue:
    """What is known of a word.

    Attributes:
        board: Its letters, `_` where hidden.
        absent: Letters it does not hold, in alphabetical order.
        wrong: Words of its length that it is not, in alphabetical order.
    """

    board: str
    absent: str = ""
    wrong: tuple[str, ...] = ()

    @property
    def tried(self) -> str:
        """The letters that are decided, revealed or absent."""
        return "".join(sorted({*self.board, *self.absent} - {HIDDEN}))


def clue_of(visible: Facts, turns: Sequence[Facts]) -> Clue:
    """What is known after the turns of a task."""
    length = visible["length"]
    board = turns[-1]["board"] if turns else HIDDEN * length
    absent = "".join(sorted(facts["guess"] for facts in turns if facts["kind"] == "miss"))
    wrong = {facts["guess"] for facts in turns if facts["kind"] == "wrong_word"}
    return Clue(
        board, absent, tuple(sorted(word for word in wrong if word and len(word) == length))
    )


def learned(task: FinishedTask) -> Clue:
    """What is known of a finished task: the whole word if it was found or revealed."""
    if task.revealed is not None:
        return Clue(task.revealed["word"])
    clue = clue_of(task.visible, task.turns)
    return clue if HIDDEN in clue.board else Clue(clue.board)
