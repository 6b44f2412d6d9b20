"""Read published hangman recordings, where a task is called an episode."""

from collections.abc import Mapping
from typing import Any

from latentgym_envs.common.published import FRONTIER, QWEN, Recordings, first_of, needed
from latentgym_envs.hangman.task import Task

TURN_KEYS = ("max_turns_per_episode", "max_attempts")
PUBLISHED_TURNS = 6  # lives and turn cap at once
WITHOUT_CAP = "frontier"


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `target_word`, and optionally `max_turns_per_episode` (or its older name), which
            is the number of lives and of turns; other keys are ignored.

    Raises:
        SpecError: There is no word, or a value does not fit.
    """
    word = needed(config, "target_word", "hangman")
    turns = first_of(config, TURN_KEYS, PUBLISHED_TURNS)
    return Task(target_word=word, lives=turns, max_turns=turns)


def rules_from_published(variant: str) -> Mapping[str, Any]:
    """The first guess counts, the board is bare; `frontier` alone has no turn cap."""
    return {"turn_cap": variant != WITHOUT_CAP, "pick": "first", "shows": "board"}


RECORDINGS = Recordings(task_from_published, rules_from_published, {**FRONTIER, **QWEN})
