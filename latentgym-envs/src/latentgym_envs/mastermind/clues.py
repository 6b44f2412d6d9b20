"""What a task tells about its code."""

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.mastermind.space import Moves


def moves_of(turns: tuple[Facts, ...]) -> Moves:
    """The scored guesses among the turns of a task."""
    return tuple(
        (tuple(facts["guess"]), facts["black"], facts["white"]) for facts in turns if facts["valid"]
    )


def known_moves(task: FinishedTask) -> Moves:
    """What is known of one task: its moves, or its code if it was found or revealed."""
    if task.revealed is not None:
        code = tuple(task.revealed["code"])
        return ((code, len(code), 0),)
    moves = moves_of(task.turns)
    return moves[-1:] if task.solved else moves
