"""What is public of tasks: of those that are over, and of the one to come."""

from attrs import field, frozen

from latentgym_core.contract.core_env import Facts


@frozen
class FinishedTask:
    """A task that is over. Equal ones have equal hashes, so that what they told can be kept.

    Attributes:
        core_env_name: The game.
        visible: What every player was told of it at its start.
        turns: Facts of its turns, in order.
        solved: Whether it was solved.
        revealed: What the feedback told of its ground truth, as facts (`CoreEnv.revealed`); None
            if it told nothing. Never the task itself, which may hold z.
        replies: What was replied, in order.
        index: Its place among the tasks of the sequence, or of those that follow one part of a
            combinator, from 0. It stays what it is when other tasks are forgotten.
        reward: Its score, as the feedback `standard` tells it; None if it is not over.
    """

    core_env_name: str
    visible: Facts
    turns: tuple[Facts, ...]
    solved: bool
    revealed: Facts | None
    replies: tuple[str, ...] = ()
    index: int = 0
    reward: float | None = None

    def __hash__(self) -> int:
        """Of what is quick to hash; facts may hold lists."""
        return hash((self.core_env_name, self.index, self.solved, self.replies, len(self.turns)))


@frozen
class Upcoming:
    """What is public of a task before it is over.

    Attributes:
        core_env_name: The game.
        visible: What every player is told of it.
        index: Its place, as in `FinishedTask`.
        num_tasks: Horizon N.
        turns: Facts of its turns so far; empty before the first.
        replies: What was replied so far.
    """

    core_env_name: str
    visible: Facts
    index: int
    num_tasks: int
    turns: tuple[Facts, ...] = ()
    replies: tuple[str, ...] = field(default=())

    def __hash__(self) -> int:
        """Of what is quick to hash."""
        return hash((self.core_env_name, self.index, self.num_tasks, self.replies, len(self.turns)))

    @property
    def as_told(self) -> FinishedTask:
        """The same as a task of which nothing is known but its turns so far."""
        name, told = self.core_env_name, (self.visible, self.turns, False, None)
        return FinishedTask(name, *told, self.replies, self.index)


def in_places(finished: tuple[FinishedTask, ...], number: int) -> tuple[FinishedTask | None, ...]:
    """Finished tasks at their places; None for one of which nothing is remembered.

    Args:
        finished: In order.
        number: Places at least, as many as tasks came before the current one.
    """
    known = {task.index: task for task in finished}
    places = max([number, *(place + 1 for place in known)])
    return tuple(known.get(place) for place in range(places))
