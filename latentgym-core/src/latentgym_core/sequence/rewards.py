"""What a sequence pays, from its task rewards.

One rule for sequences that were cut short: a task that did not end by itself is worth 0. So
`cumulative` and `per_task` keep what finished tasks earned, `terminal` pays 0, and `improvement`
pays 0 - r_1.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from latentgym_core.errors import SpecError
from latentgym_core.wording import choices


def cumulative(rewards: Sequence[float]) -> float:
    """r_1 + ... + r_N, paid at the end. Range [0, N] for task rewards in [0, 1]."""
    return float(sum(rewards))


def terminal(rewards: Sequence[float]) -> float:
    """r_N, paid at the end."""
    return float(rewards[-1])


def improvement(rewards: Sequence[float]) -> float:
    """r_N - r_1, paid at the end; r_1 for a sequence of one task. Range [-1, 1]."""
    return float(rewards[-1] - (rewards[0] if len(rewards) > 1 else 0.0))


AT_END: Mapping[str, Callable[[Sequence[float]], float]] = MappingProxyType(
    {"cumulative": cumulative, "terminal": terminal, "improvement": improvement}
)
PER_TASK = "per_task"
REWARD_TYPES = (*AT_END, PER_TASK)


def pay(
    reward_type: str, rewards: Sequence[float], *, task_reward: float | None, done: bool
) -> float:
    """Reward of one turn.

    Args:
        reward_type: One of `REWARD_TYPES`. `per_task` pays r_i on the turn that ends task i.
        rewards: r_1 .. r_N so far, unfinished tasks as 0; length N.
        task_reward: Reward of the task that this turn ended, None if it ended none.
        done: Whether the sequence is over.
    """
    if reward_type == PER_TASK:
        return task_reward or 0.0
    return AT_END[reward_type](rewards) if done else 0.0


def check_reward_type(reward_type: str) -> str:
    """Return a known reward type unchanged.

    Raises:
        SpecError: It is not known.
    """
    if reward_type not in REWARD_TYPES:
        raise SpecError(
            f"There is no reward type {reward_type!r}; there are "
            f"{choices(reward_type, REWARD_TYPES)}"
        )
    return reward_type
