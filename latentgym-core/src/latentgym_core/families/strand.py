"""Which latent the current task of a sequence follows, and which finished tasks followed it too."""

from typing import Any

from attrs import evolve, frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.latent import Latent, TaskContext
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError


@frozen
class Strand:
    """The tasks of a sequence that follow the same latent as the current one.

    Attributes:
        latent: That latent: the sequence's own, or the part of a combinator.
        path: Which part at each level of combinators; picks its z out of theirs.
        tasks: The earlier tasks that follow it and are remembered, in order and of whatever game;
            their `index` counts the tasks of this latent alone.
        index: That of the current task.
        view: Of the current task.
    """

    latent: Latent[Any]
    path: tuple[int, ...]
    tasks: tuple[FinishedTask, ...]
    index: int
    view: SequenceView

    @property
    def finished(self) -> tuple[FinishedTask, ...]:
        """The earlier tasks that follow it, of the current task's game."""
        return tuple(each for each in self.tasks if each.core_env_name == self.view.core_env_name)

    @property
    def upcoming(self) -> Upcoming:
        """What is public of the current task, without its turns."""
        view = self.view
        return Upcoming(view.core_env_name, view.visible, self.index, view.num_tasks)

    def own(self, z: Any) -> Any:
        """The z of this latent, from that of the sequence; None stays None."""
        for part in self.path:
            z = z and z[part]
        return z

    def foresee(self, z: Any = None, *, with_turns: bool = False) -> Law | None:
        """What the current task can hide.

        Args:
            z: The z of this latent, for a player who is told; None: inferred from `tasks`.
            with_turns: Whether the law shall go by the turns so far. Without, it is that of the
                task's beginning, for players who look at the turns themselves.

        Returns:
            Its secrets with their probabilities, all 0 if what was told is impossible; None if the
            latent offers no exact law.
        """
        from latentgym_core.families.foresight import foresee

        upcoming, view = self.upcoming, self.view
        if with_turns:
            upcoming = evolve(upcoming, turns=view.turns, replies=view.replies)
        return foresee(self.latent, view.core_envs, upcoming, self.tasks, z)

    def told(self, truth: Truth | None, *, with_turns: bool = False) -> Law | None:
        """The same for a player who is told z; None where z says nothing of the task.

        Raises:
            AgentError: It is not told.
        """
        if truth is None:
            raise AgentError("The oracle plays only where it is told the truth.")
        z = self.own(truth.z)
        return None if z is None else self.foresee(z, with_turns=with_turns)

    def inferred(self, *, with_turns: bool = False) -> Law:
        """The same for a player who has to infer z.

        Raises:
            AgentError: There is no exact law, so whoever would infer z cannot play.
        """
        law = self.foresee(with_turns=with_turns)
        if law is None:
            raise AgentError(
                f"{self.latent.family} offers no exact law of its next task, so nobody can infer "
                f"it: list its values and tasks (support, task_support), or define foresee."
            )
        return law


def current_strand(view: SequenceView) -> Strand:
    """Find the latent of the current task inside combinators."""
    strand = Strand(view.latent, (), view.history, view.index, view)
    while strand.latent.components:
        strand = _deeper(strand)
    return strand


def _deeper(strand: Strand) -> Strand:
    """One level of combinators further in."""
    view, latent = strand.view, strand.latent
    followed = [
        latent.part(TaskContext(view.core_env, view.core_env_name, index, view.num_tasks, ()))
        for index in range(max([strand.index, *(task.index for task in strand.tasks)]) + 1)
    ]
    current = followed[strand.index]
    tasks = tuple(
        evolve(task, index=followed[: task.index].count(current))
        for task in strand.tasks
        if followed[task.index] == current
    )
    index = followed[: strand.index].count(current)
    return Strand(latent.components[current], (*strand.path, current), tasks, index, view)
