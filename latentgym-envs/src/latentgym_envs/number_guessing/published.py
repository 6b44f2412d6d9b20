"""Read published number-guessing recordings, where a task is called an episode."""

from collections.abc import Mapping
from typing import Any

from latentgym_envs.common.published import FRONTIER, QWEN, Recordings, first_of, needed
from latentgym_envs.number_guessing.task import HIGH, LOW, MAX_TURNS, Task

TURN_KEYS = ("max_turns_per_episode", "max_turns", "max_attempts", "num_turns")


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `target_number`, and optionally `min_range`, `max_range` and
            `max_turns_per_episode` (or an older name of it); other keys are ignored.

    Raises:
        SpecError: There is no target, or the numbers do not fit together.
    """
    return Task(
        target=needed(config, "target_number", "number-guessing"),
        low=config.get("min_range", LOW),
        high=config.get("max_range", HIGH),
        max_turns=first_of(config, TURN_KEYS, MAX_TURNS),
    )


RECORDINGS = Recordings(task_from_published, lambda _: {}, {**FRONTIER, **QWEN})
