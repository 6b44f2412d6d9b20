"""What a scripted player may look at: the public side of a sequence as structured facts."""

from typing import Any

from attrs import frozen

from latentgym_core.core_env import Facts
from latentgym_core.latent import AnyCoreEnv, Latent


@frozen
class FinishedTask:
    """A task that is over.

    Attributes:
        core_env_name: The game.
        visible: What every player was told of it at its start.
        turns: Facts of its turns, in order.
        solved: Whether it was solved.
        revealed: Its ground truth if the feedback condition told it, else None.
    """

    core_env_name: str
    visible: Facts
    turns: tuple[Facts, ...]
    solved: bool
    revealed: Any | None


@frozen
class SequenceView:
    """The public side of a sequence at one moment.

    Attributes:
        latent: The family with its hyperparameters (what `full_info` discloses); never z.
        core_env_name: The game of the current task.
        core_env: The game itself.
        num_tasks: Horizon N.
        index: Index of the current task, from 0.
        visible: What every player was told of the current task.
        turns: Facts of its turns so far.
        history: The tasks that are over.
    """

    latent: Latent[Any]
    core_env_name: str
    core_env: AnyCoreEnv
    num_tasks: int
    index: int
    visible: Facts
    turns: tuple[Facts, ...]
    history: tuple[FinishedTask, ...]


@frozen
class Truth:
    """What only a privileged player is told.

    Attributes:
        z: The hidden latent.
        task: Ground truth of the current task; a fair oracle uses z alone.
    """

    z: Any
    task: Any
