"""Read published wordle recordings, where a task is called an episode."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.common.published import FRONTIER, Recordings, first_of, needed
from latentgym_envs.wordle.task import MAX_TURNS, Task

TURN_KEYS = ("max_turns_per_episode", "max_attempts", "max_turns")
RULES: Mapping[str, str] = MappingProxyType(
    {"dictionary": "replay", "pick": "first", "partial": "last"}
)
"""The first guess of a reply counts, the last scored one gives credit."""


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `target_word` in either case, and optionally `word_length`,
            `max_turns_per_episode` (or its older names) and `turn_penalty`; other keys are
            ignored.

    Raises:
        SpecError: There is no word, or it does not fit the rest.
    """
    word = str(needed(config, "target_word", "wordle")).lower()
    if config.get("word_length", len(word)) != len(word):
        raise SpecError(f"The word {word!r} has not the length {config['word_length']}.")
    return Task(
        target_word=word,
        max_turns=first_of(config, TURN_KEYS, MAX_TURNS),
        turn_penalty=config.get("turn_penalty", 0.0),
    )


RECORDINGS = Recordings(task_from_published, lambda _: RULES, FRONTIER)
