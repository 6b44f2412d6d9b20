"""Read published mastermind recordings, where a task is called an episode."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.common.published import FRONTIER, Recordings, first_of, needed
from latentgym_envs.mastermind.task import MAX_TURNS, NUM_NUMBERS, Task

TURN_KEYS = ("max_turns_per_episode", "max_turns")
RULES: Mapping[str, str] = MappingProxyType({"pick": "first", "partial": "last"})
"""The first guess of a reply counts, and the last scored one gives credit."""


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `secret_code`, and optionally `code_length`, `num_numbers`, `duplicates_allowed`,
            `max_turns_per_episode` (or its older name) and `turn_penalty`; other keys are ignored.

    Raises:
        SpecError: There is no code, or it does not fit the rest.
    """
    code = tuple(needed(config, "secret_code", "mastermind"))
    if config.get("code_length", len(code)) != len(code):
        raise SpecError(f"The code {code} has not the length {config['code_length']}.")
    return Task(
        secret_code=code,
        num_numbers=config.get("num_numbers", NUM_NUMBERS),
        duplicates_allowed=config.get("duplicates_allowed", False),
        max_turns=first_of(config, TURN_KEYS, MAX_TURNS),
        turn_penalty=config.get("turn_penalty", 0.0),
    )


RECORDINGS = Recordings(task_from_published, lambda _: RULES, FRONTIER)
