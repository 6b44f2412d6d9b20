"""Where a reader is, and where a key leads."""

from collections.abc import Mapping

from attrs import evolve, frozen

from latentgym_core.records.trajectory import Trajectory


@frozen(kw_only=True)
class Position:
    """Where a reader is.

    Attributes:
        sequence: Number of the trajectory, from 0.
        task: Task, from 0.
        turn: Turn within the task, from 0.
        scroll: Lines the transcript is moved up beyond the turn.
        tells_truth: Whether z and the ground truth are shown.
        tells_reasoning: Whether reasoning is shown.
        helps: Whether the keys are explained.
    """

    sequence: int = 0
    task: int = 0
    turn: int = 0
    scroll: int = 0
    tells_truth: bool = False
    tells_reasoning: bool = False
    helps: bool = False


KEYS: Mapping[str, str] = {
    "n, →": "next task",
    "p, ←": "previous task",
    "j, ↓": "next turn",
    "k, ↑": "previous turn",
    "], N": "next sequence",
    "[, P": "previous sequence",
    "space, b": "page down, page up",
    "g": "show or hide z and the task's truth",
    "t": "show or hide reasoning",
    "r": "write a review of the task",
    "?": "these keys",
    "q": "quit",
}
"""What readers are told."""


def moved(position: Position, key: str, trajectory: Trajectory, num_sequences: int) -> Position:
    """Where a key leads; a key without a meaning leads nowhere.

    Args:
        position: Before.
        key: As `keys.read_key` names it.
        trajectory: The one being read.
        num_sequences: How many there are.
    """
    here = evolve(position, helps=False)
    if key in ("n", "right"):
        return _at_task(here, position.task + 1, trajectory)
    if key in ("p", "left"):
        return _at_task(here, position.task - 1, trajectory)
    if key in ("]", "N"):
        return _at_sequence(here, position.sequence + 1, num_sequences)
    if key in ("[", "P"):
        return _at_sequence(here, position.sequence - 1, num_sequences)
    if key in ("j", "down"):
        return _at_turn(here, 1, trajectory)
    if key in ("k", "up"):
        return _at_turn(here, -1, trajectory)
    return _switched(here, position, key)


def num_turns(trajectory: Trajectory, task: int) -> int:
    """Replies given in a task."""
    return sum(turn.task_index == task for turn in trajectory.turns)


def _switched(here: Position, before: Position, key: str) -> Position:
    if key == "g":
        return evolve(here, tells_truth=not before.tells_truth)
    if key == "t":
        return evolve(here, tells_reasoning=not before.tells_reasoning)
    if key == "?":
        return evolve(here, helps=not before.helps)
    if key in ("space", "b"):
        step = 10 if key == "space" else -10
        return evolve(here, scroll=max(0, before.scroll + step))
    return here


def _at_sequence(position: Position, sequence: int, num_sequences: int) -> Position:
    if not 0 <= sequence < num_sequences:
        return position
    return evolve(position, sequence=sequence, task=0, turn=0, scroll=0)


def _at_task(position: Position, task: int, trajectory: Trajectory) -> Position:
    if not 0 <= task < trajectory.num_tasks:
        return position
    return evolve(position, task=task, turn=0, scroll=0)


def _at_turn(position: Position, step: int, trajectory: Trajectory) -> Position:
    """One turn on; beyond the first or last, into the neighbouring task."""
    turn = position.turn + step
    if turn < 0:
        if position.task == 0:
            return position
        before = position.task - 1
        last = max(0, num_turns(trajectory, before) - 1)
        return evolve(position, task=before, turn=last, scroll=0)
    if turn >= num_turns(trajectory, position.task):
        return _at_task(position, position.task + 1, trajectory)
    return evolve(position, turn=turn, scroll=0)
