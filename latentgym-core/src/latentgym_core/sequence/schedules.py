"""Which game each task of a mixed sequence plays."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

Schedule = Callable[[tuple[str, ...], int], tuple[str, ...]]


def alternating(core_envs: tuple[str, ...], num_tasks: int) -> tuple[str, ...]:
    """Games take turns: task e plays game e mod m."""
    return tuple(core_envs[index % len(core_envs)] for index in range(num_tasks))


def blocks(core_envs: tuple[str, ...], num_tasks: int) -> tuple[str, ...]:
    """One block of tasks for each game, of (nearly) equal length."""
    games = len(core_envs)
    return tuple(core_envs[index * games // num_tasks] for index in range(num_tasks))


SCHEDULES: Mapping[str, Schedule] = MappingProxyType({"alternating": alternating, "blocks": blocks})
