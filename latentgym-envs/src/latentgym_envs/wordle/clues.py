"""What a task tells about its word."""

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.wordle.lexicon import Move
from latentgym_envs.wordle.marks import RIGHT


def moves_of(turns: tuple[Facts, ...]) -> tuple[Move, ...]:
    """The scored guesses among the turns of a task."""
    return tuple((facts["guess"], facts["marks"]) for facts in turns if facts["valid"])


def known_moves(task: FinishedTask) -> tuple[Move, ...]:
    """What is known of one task: its moves, or its word if it was found or revealed."""
    if task.revealed is not None:
        word = task.revealed["word"]
        return ((word, RIGHT * len(word)),)
    moves = moves_of(task.turns)
    return moves[-1:] if task.solved else moves
