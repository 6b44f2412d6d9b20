"""Read published number-guessing recordings, where a task is called an episode."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.number_guessing.task import HIGH, LOW, MAX_TURNS, Task

TURN_KEYS = ("max_turns_per_episode", "max_turns", "max_attempts", "num_turns")
SEED_SHIFTS: Mapping[str, int] = MappingProxyType(
    {"frontier": 9958, "qwen-base": 19958, "qwen-single-rl": 19958, "qwen-cross-rl": 19958}
)


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `target_number`, and optionally `min_range`, `max_range` and
            `max_turns_per_episode` (or an older name of it); other keys are ignored.

    Raises:
        SpecError: There is no target, or the numbers do not fit together.
    """
    if "target_number" not in config:
        raise SpecError("A published number-guessing task needs a target_number; this has none.")
    turns = next((config[key] for key in TURN_KEYS if key in config), MAX_TURNS)
    return Task(
        target=config["target_number"],
        low=config.get("min_range", LOW),
        high=config.get("max_range", HIGH),
        max_turns=turns,
    )


def seed_from_published(variant: str, seed: int) -> int | None:
    """Seed of split `published` that regenerates a recorded sequence; None: unknown variant."""
    shift = SEED_SHIFTS.get(variant)
    return None if shift is None else seed + shift
