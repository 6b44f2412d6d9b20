"""Read published word-ladder recordings, where a task is called an episode.

No seed regenerates a recorded sequence alone: the published generator remembers which hubs and
pairs the earlier sequences of its process used, so z is left open.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.common.published import Recordings, first_of
from latentgym_envs.wordladder.task import MAX_TURNS, Task

TURN_KEYS = ("max_turns_per_episode", "max_turns")
RULES: Mapping[str, Any] = MappingProxyType(
    {"limit_slack": 1, "dictionary": "replay", "pick": "first-new", "partial": "letters"}
)
"""One reply more than announced, the published dictionary, parser and partial credit."""


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `start_word` and `target_word`, and optionally `optimal_path`, `optimal_steps` and
            `max_turns_per_episode` (or its older name). Without a path the two words are taken
            for one, as the published code does. Other keys are ignored: a hub or a vocabulary
            shapes the draw of the words, not the play.

    Raises:
        SpecError: A word is missing, or a value does not fit.
    """
    if not {"start_word", "target_word"} <= config.keys():
        raise SpecError("A published word-ladder task needs a start_word and a target_word.")
    start, target = (str(config[key]).lower() for key in ("start_word", "target_word"))
    path = tuple(config.get("optimal_path") or (start, target))
    return Task(
        start_word=start,
        target_word=target,
        optimal_path=path,
        optimal_steps=config.get("optimal_steps", len(path) - 1),
        max_turns=first_of(config, TURN_KEYS, MAX_TURNS),
    )


RECORDINGS = Recordings(task_from_published, lambda _: RULES)
