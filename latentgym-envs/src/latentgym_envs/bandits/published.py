"""Read published bandits recordings, where a task is called an episode."""

from collections.abc import Mapping
from typing import Any

from latentgym_core.errors import SpecError
from latentgym_envs.bandits.task import MAX_TURNS, Task
from latentgym_envs.common.published import Recordings, first_of

TURN_KEYS = ("max_turns_per_episode", "max_turns", "max_attempts", "num_turns")
OLDER_VARIANTS = ("frontier",)  # recorded with rules from before the published code


def task_from_published(config: Mapping[str, Any]) -> Task:
    """Read a published task configuration.

    Args:
        config: `ground_truth` (button to probability, in the order that decides ties), and
            optionally `buttons` and `max_turns_per_episode` (or an older name of it); other keys
            are ignored.

    Raises:
        SpecError: There is no ground truth, or `buttons` names others than it does.
    """
    truth = config.get("ground_truth")
    if not isinstance(truth, Mapping):
        raise SpecError("A published bandits task needs a ground_truth of buttons; this has none.")
    if set(config.get("buttons", truth)) != set(truth):
        raise SpecError(
            f"The buttons {config['buttons']} of a published bandits task are not those of its "
            f"ground_truth, {list(truth)}."
        )
    return Task(
        probabilities=tuple(truth.values()),
        buttons=tuple(truth),
        max_turns=first_of(config, TURN_KEYS, MAX_TURNS),
    )


def rules_from_published(variant: str) -> dict[str, str]:
    """Published parsing and texts; older variants also have the older end of the budget."""
    return {
        "budget_end": "open" if variant in OLDER_VARIANTS else "forced",
        "budget_notice": "replaces",
        "unknown_selection": "ends",
        "parsing": "published",
    }


RECORDINGS = Recordings(task_from_published, rules_from_published, other_shift=0)
