"""What the public side of a sequence tells about the values of its tasks."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask, in_places
from latentgym_envs.secretary.env import Secretary

MANY_TASKS = 4096
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


Finished = tuple[Observed | None, ...]
"""What the tasks so far told, in order; None for one of which nothing is known."""


def seen_values(visible: Facts, turns: Iterable[Facts]) -> Values:
    """The values shown so far, the latest one last."""
    places = {0: visible["value"]}
    places.update({each["place"]: each["value"] for each in turns if each["place"] is not None})
    return tuple(places.values())


@lru_cache(MANY_TASKS)
def observed(task: FinishedTask) -> Observed:
    """All that a task told, be it finished or not."""
    num_values = task.visible["num_values"]
    if task.revealed is not None:
        best = task.revealed["best"]
        return Observed(tuple(task.revealed["values"]), tuple(k == best for k in range(num_values)))
    seen, over = seen_values(task.visible, task.turns), is_over(task)
    place = len(seen) - 1
    possible = tuple(not over or (k == place) == task.solved for k in range(num_values))
    return Observed(seen, possible)


def is_over(task: FinishedTask) -> bool:
    """Whether a value was accepted; the last one is, whatever is replied to it."""
    last = task.visible["num_values"] - 1
    offers = [facts["place"] for facts in task.turns].count(last)
    return bool(task.turns) and (task.turns[-1]["action"] == "accept" or offers > 1)


def told_by(
    core_envs: Mapping[str, AnyCoreEnv], finished: tuple[FinishedTask, ...], number: int = 0
) -> Finished:
    """What tasks told, at their places; None for those of other games and forgotten ones.

    Args:
        core_envs: Name to game.
        finished: In order.
        number: Places at least.
    """
    ours = {name for name, game in core_envs.items() if isinstance(game, Secretary)}
    return tuple(
        observed(task) if task and task.core_env_name in ours else None
        for task in in_places(finished, number)
    )
