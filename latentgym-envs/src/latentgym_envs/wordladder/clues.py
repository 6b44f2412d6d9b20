"""What is known about the law of a sequence: pairs, and moves allowed or refused."""

from collections.abc import Iterable

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.wordladder.graph import Path
from latentgym_envs.wordladder.laws import Law, Memory

Move = tuple[str, str, bool]
"""The word before, the word wanted, and whether the hidden rule allowed it."""


@frozen
class Seen:
    """What a player saw of a task.

    Attributes:
        start: Its start word.
        target: Its target.
        moves: The moves that the hidden rule judged, in order.
        solution: Its solution if the feedback told it.
    """

    start: str
    target: str
    moves: tuple[Move, ...]
    solution: Path | None = None

    @property
    def current(self) -> str:
        """The word that the player stands on."""
        return next((new for _, new, allowed in reversed(self.moves) if allowed), self.start)


def seen(visible: Facts, turns: Iterable[Facts], solution: Path | None = None) -> Seen:
    """Read the facts of a task."""
    moves: list[Move] = []
    here = visible["start"]
    for facts in turns:
        if facts["valid"] or facts["kind"] == "law":
            moves.append((here, facts["word"], facts["valid"]))
        here = facts["current"]
    return Seen(visible["start"], visible["target"], tuple(moves), solution)


def seen_of(task: FinishedTask) -> Seen:
    """The same of a finished task."""
    solution = tuple(task.revealed["path"]) if task.revealed is not None else None
    return seen(task.visible, task.turns, solution)


def memory_after(law: Law, task: Seen) -> Memory | None:
    """What a law remembers after the moves of a task; None if it would have judged otherwise."""
    memory: Memory = law.begin
    for old, new, allowed in task.moves:
        after = law.after(memory, old, new, last=new == task.target)
        if (after is not None) != allowed:
            return None
        memory = after if after is not None else memory
    return memory
