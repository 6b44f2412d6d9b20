"""Which latent the current task of a sequence follows, and which finished tasks followed it too."""

from typing import Any

from attrs import frozen

from latentgym_core.combinators import Cyclic
from latentgym_core.latent import Latent, TaskContext
from latentgym_core.view import FinishedTask, SequenceView


@frozen
class Strand:
    """The tasks of a sequence that follow the same latent as the current one.

    Attributes:
        latent: That latent: the sequence's own, or the part of a combinator.
        path: Which part at each level of combinators; picks its z out of theirs.
        finished: The earlier tasks of this game that follow it.
    """

    latent: Latent[Any]
    path: tuple[int, ...]
    finished: tuple[FinishedTask, ...]

    def own(self, z: Any) -> Any:
        """The z of this latent, from that of the sequence; None stays None."""
        for part in self.path:
            z = z and z[part]
        return z


def current_strand(view: SequenceView) -> Strand:
    """Find the latent of the current task inside combinators."""
    path: tuple[int, ...] = ()
    latent, tasks = view.latent, view.history
    while isinstance(latent, Cyclic):
        contexts = (
            TaskContext(view.core_env, view.core_env_name, index, view.num_tasks, ())
            for index in range(len(tasks) + 1)
        )
        parts = [latent.part(context) for context in contexts]
        current = parts[-1]
        tasks = tuple(task for task, part in zip(tasks, parts, strict=False) if part == current)
        latent, path = latent.of[current], (*path, current)
    finished = tuple(task for task in tasks if task.core_env_name == view.core_env_name)
    return Strand(latent, path, finished)
