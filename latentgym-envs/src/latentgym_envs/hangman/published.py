"""Read published hangman recordings, where a task is called an episode."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.hangman.task import Task

TURN_KEYS = ("max_turns_per_episode", "max_attempts")
PUBLISHED_TURNS = 6  # lives and turn cap at once
WITHOUT_CAP = "frontier"
SEED_SHIFTS: Mapping[str, int] = MappingProxyType(
    {"frontier": 9958, "qwen-base": 19958, "qwen-single-rl": 19958, "qwen-cross-rl": 19958}
)


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `target_word`, and optionally `max_turns_per_episode` (or its older name), which
            is the number of lives and of turns; other keys are ignored.

    Raises:
        SpecError: There is no word, or a value does not fit.
    """
    if "target_word" not in config:
        raise SpecError("A published hangman task needs a target_word; this has none.")
    turns = next((config[key] for key in TURN_KEYS if key in config), PUBLISHED_TURNS)
    return Task(target_word=config["target_word"], lives=turns, max_turns=turns)


def rules_from_published(variant: str) -> Mapping[str, Any]:
    """Rule parameters of a variant; an unknown one was played under the published code."""
    return {"turn_cap": variant != WITHOUT_CAP, "pick": "first", "shows": "board"}


def seed_from_published(variant: str, seed: int) -> int | None:
    """Seed of split `published` that regenerates a recorded sequence; None: unknown variant."""
    shift = SEED_SHIFTS.get(variant)
    return None if shift is None else seed + shift
