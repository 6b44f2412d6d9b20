"""A drawn sequence: z and its N tasks, before anybody has played them."""

from typing import Any

from attrs import frozen

from latentgym_core.wording import counted


@frozen(kw_only=True)
class TaskSequence:
    """N tasks that share z.

    Attributes:
        split: The stream it was drawn from.
        seed: Its seed in that split.
        z: The hidden latent, of the family's `z_type`.
        core_env_names: The game of each task, length N.
        tasks: The ground truth of each task, length N.
        task_keys: 64-bit key of all chance inside each task, length N.
    """

    split: str
    seed: int
    z: Any
    core_env_names: tuple[str, ...]
    tasks: tuple[Any, ...]
    task_keys: tuple[int, ...]

    def __repr__(self) -> str:
        tasks = (
            f"{counted(len(self.tasks), 'task')} of {'+'.join(dict.fromkeys(self.core_env_names))}"
        )
        return f"TaskSequence(seed {self.seed} of {self.split}, {tasks})"
