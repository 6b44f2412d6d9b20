"""Read published wordle recordings, where a task is called an episode."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.wordle.task import MAX_TURNS, Task

TURN_KEYS = ("max_turns_per_episode", "max_attempts", "max_turns")
SEED_SHIFTS: Mapping[str, int] = MappingProxyType({"frontier": 9958})
RULES: Mapping[str, str] = MappingProxyType(
    {"dictionary": "replay", "pick": "first", "partial": "last"}
)


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `target_word` in either case, and optionally `word_length`,
            `max_turns_per_episode` (or its older names) and `turn_penalty`; other keys are
            ignored.

    Raises:
        SpecError: There is no word, or it does not fit the rest.
    """
    if "target_word" not in config:
        raise SpecError("A published wordle task needs a target_word; this has none.")
    word = str(config["target_word"]).lower()
    if config.get("word_length", len(word)) != len(word):
        raise SpecError(f"The word {word!r} has not the length {config['word_length']}.")
    return Task(
        target_word=word,
        max_turns=next((config[key] for key in TURN_KEYS if key in config), MAX_TURNS),
        turn_penalty=config.get("turn_penalty", 0.0),
    )


def seed_from_published(variant: str, seed: int) -> int | None:
    """Seed of split `published` that regenerates a recorded sequence; None: unknown variant."""
    shift = SEED_SHIFTS.get(variant)
    return None if shift is None else seed + shift
