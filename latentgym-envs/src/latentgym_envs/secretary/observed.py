"""What the public side of a sequence tells about the values of its tasks."""

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from latentgym_core.combinators import Cyclic
from latentgym_core.core_env import Facts
from latentgym_core.latent import Latent, TaskContext
from latentgym_core.view import FinishedTask, SequenceView

Values = tuple[float, ...]


@frozen
class Observed:
    """What a finished task told.

    Attributes:
        seen: Its first values, as they were shown.
        possible: Where its greatest value can have been, as far as the outcome tells; shape [N].
    """

    seen: Values
    possible: tuple[bool, ...]


@frozen
class Strand:
    """The tasks of a sequence that follow the same latent as the current one.

    Attributes:
        latent: That latent: the sequence's own, or the part of a combinator.
        path: Which part at each level of combinators; picks its z out of theirs.
        finished: The earlier tasks that follow it; None for a task of another game.
    """

    latent: Latent[Any]
    path: tuple[int, ...]
    finished: tuple[Observed | None, ...]


def seen_values(visible: Facts, turns: Iterable[Facts]) -> Values:
    """The values shown so far, the latest one last."""
    places = {0: visible["value"]}
    places.update({each["place"]: each["value"] for each in turns if each["place"] is not None})
    return tuple(places.values())


def strand(view: SequenceView) -> Strand:
    """Find the latent of the current task inside combinators."""
    path: tuple[int, ...] = ()
    latent, tasks = view.latent, view.history
    while isinstance(latent, Cyclic):
        parts = [latent.part(_context(view, index)) for index in range(len(tasks) + 1)]
        current = parts[-1]
        tasks = tuple(task for task, part in zip(tasks, parts, strict=False) if part == current)
        latent, path = latent.of[current], (*path, current)
    finished = tuple(
        _observed(task) if task.core_env_name == view.core_env_name else None for task in tasks
    )
    return Strand(latent, path, finished)


def _observed(task: FinishedTask) -> Observed:
    num_values = task.visible["num_values"]
    seen = seen_values(task.visible, task.turns)
    place = len(seen) - 1
    if task.revealed is not None:
        seen = tuple(map(task.revealed.shown, range(num_values)))
        return Observed(seen, tuple(k == task.revealed.best for k in range(num_values)))
    return Observed(seen, tuple((k == place) == task.solved for k in range(num_values)))


def _context(view: SequenceView, index: int) -> TaskContext:
    return TaskContext(view.core_env, view.core_env_name, index, view.num_tasks, ())
