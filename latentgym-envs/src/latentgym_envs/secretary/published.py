"""Read published secretary recordings, where a task is called an episode and a value a draw."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.secretary.task import Task

TURN_KEYS = ("max_turns_per_episode", "max_turns", "max_attempts", "num_turns", "num_draws")
SEED_SHIFTS: Mapping[str, int] = MappingProxyType(
    {"frontier": 0, "qwen-base": 19958, "qwen-single-rl": 19958, "qwen-cross-rl": 19958}
)
STRICT_VARIANTS = ("frontier",)


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `draws`, and optionally `max_turns_per_episode` (or an older name of it) and
            `num_draws`; other keys are ignored.

    Raises:
        SpecError: There are no draws, or another number of turns than draws: published tasks
            then pay for a value that was never shown, or break.
    """
    if "draws" not in config:
        raise SpecError("A published secretary task needs draws; this has none.")
    draws = config["draws"]
    turns = next((config[key] for key in TURN_KEYS if key in config), len(draws))
    if turns != len(draws):
        raise SpecError(
            f"A secretary task has one turn for each value; this has {len(draws)} draws and "
            f"{turns} turns."
        )
    return Task(values=tuple(map(float, draws)))


def seed_from_published(variant: str, seed: int) -> int | None:
    """Seed of split `published` that regenerates a recorded sequence; None: unknown variant."""
    shift = SEED_SHIFTS.get(variant)
    return None if shift is None else seed + shift
