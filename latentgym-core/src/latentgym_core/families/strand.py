"""Which latent the current task of a sequence follows, and which finished tasks followed it too."""

from typing import Any

from attrs import frozen

from latentgym_core.contract.latent import Latent, TaskContext
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.view import SequenceView
from latentgym_core.families.combinators import Cyclic
from latentgym_core.families.shared import Law, SharedLatent


@frozen
class Strand:
    """The tasks of a sequence that follow the same latent as the current one.

    Attributes:
        latent: That latent: the sequence's own, or the part of a combinator.
        path: Which part at each level of combinators; picks its z out of theirs.
        tasks: The earlier tasks that follow it, in order and of whatever game.
        view: Of the current task.
    """

    latent: Latent[Any]
    path: tuple[int, ...]
    tasks: tuple[FinishedTask, ...]
    view: SequenceView

    @property
    def finished(self) -> tuple[FinishedTask, ...]:
        """The earlier tasks that follow it, of the current task's game."""
        return tuple(each for each in self.tasks if each.core_env_name == self.view.core_env_name)

    def own(self, z: Any) -> Any:
        """The z of this latent, from that of the sequence; None stays None."""
        for part in self.path:
            z = z and z[part]
        return z

    def foresee(self, z: Any = None) -> Law | None:
        """What the current task can hide, if its latent is shared by several games.

        Args:
            z: The z of this latent, for a player who is told; None: inferred from `tasks`.

        Returns:
            Each secret with its probability; empty if `tasks` refute the family, None if the
            latent leaves inference to the players of its game.
        """
        if not isinstance(self.latent, SharedLatent):
            return None
        return self.latent.foresee(self.view.core_envs, self.view.core_env_name, self.tasks, z)


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
    return Strand(latent, path, tasks, view)
