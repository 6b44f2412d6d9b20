"""Read published secretary recordings, where a task is called an episode and a value a draw."""

from collections.abc import Mapping
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.common.published import QWEN, Recordings, first_of
from latentgym_envs.secretary.task import Task

TURN_KEYS = ("max_turns_per_episode", "max_turns", "max_attempts", "num_turns", "num_draws")
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
    turns = first_of(config, TURN_KEYS, len(draws))
    if turns != len(draws):
        raise SpecError(
            f"A secretary task has one turn for each value; this has {len(draws)} draws and "
            f"{turns} turns."
        )
    return Task(values=tuple(map(float, draws)))


def rules_from_published(variant: str) -> Mapping[str, Any]:
    """Scores of lost tasks are told as 0; older recordings read replies strictly."""
    parsing = "strict" if variant in STRICT_VARIANTS else "lenient"
    return {"parsing": parsing, "told_score": "wins"}


RECORDINGS = Recordings(task_from_published, rules_from_published, {"frontier": 0, **QWEN})
