"""What a scripted player may look at: the public side of a sequence as structured facts."""

from collections.abc import Mapping
from typing import Any

from attrs import Factory, field, frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, Latent
from latentgym_core.contract.told import FinishedTask


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
        replies: What was replied in the current task so far.
        core_envs: Name to game, all that the sequence may play.
    """

    latent: Latent[Any]
    core_env_name: str
    core_env: AnyCoreEnv
    num_tasks: int
    index: int
    visible: Facts
    turns: tuple[Facts, ...]
    history: tuple[FinishedTask, ...]
    replies: tuple[str, ...] = ()
    core_envs: Mapping[str, AnyCoreEnv] = field(
        default=Factory(lambda self: {self.core_env_name: self.core_env}, takes_self=True)
    )


@frozen
class Truth:
    """What only a privileged player is told.

    Attributes:
        z: The hidden latent.
        task: Ground truth of the current task; a fair oracle uses z alone.
    """

    z: Any
    task: Any
