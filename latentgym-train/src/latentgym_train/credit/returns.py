"""Returns: what a task's tokens are credited with, from the rewards of all tasks of the sequence.

Legend: B sequences, N tasks. All functions are pure.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

import torch


class ReturnSettings(Protocol):
    """What the returns depend on, see `config.RlConfig`."""

    @property
    def discount(self) -> float:
        """What a later task's reward is worth."""

    @property
    def own_weight(self) -> float:
        """Weight of the own task."""

    @property
    def later_weight(self) -> float:
        """Weight of later tasks."""


def single_task(rewards: torch.Tensor) -> torch.Tensor:
    """G_i = r_i: every task for itself. Shape [B, N] to [B, N]."""
    return rewards.clone()


def cumulative(rewards: torch.Tensor) -> torch.Tensor:
    """G_i = r_1 + ... + r_N for every i: the whole sequence to every token.

    The objective of the published cross-task RL. Shape [B, N] to [B, N].
    """
    return rewards.sum(dim=1, keepdim=True).expand_as(rewards).clone()


def to_go(rewards: torch.Tensor, discount: float = 1.0) -> torch.Tensor:
    """G_i = r_i + d r_{i+1} + d^2 r_{i+2} + ...: this task's reward and the later ones'.

    Rewards before task i do not depend on what is done in it; leaving them out of `cumulative`
    changes no expected gradient and lowers its variance (Sutton et al., NeurIPS 1999).

    Args:
        rewards: Shape [B, N].
        discount: d per task, in [0, 1].

    Returns:
        Shape [B, N].
    """
    returns = rewards.clone()
    for index in range(rewards.shape[1] - 2, -1, -1):
        returns[:, index] += discount * returns[:, index + 1]
    return returns


def own_plus_later(
    rewards: torch.Tensor, own_weight: float = 1.0, later_weight: float = 1.0
) -> torch.Tensor:
    """G_i = w_own r_i + w_later (r_{i+1} + ... + r_N). Shape [B, N] to [B, N]."""
    return own_weight * rewards + later_weight * (to_go(rewards) - rewards)


RETURNS: Mapping[str, Callable[[torch.Tensor, ReturnSettings], torch.Tensor]] = MappingProxyType(
    {
        "single_task": lambda rewards, _: single_task(rewards),
        "cumulative": lambda rewards, _: cumulative(rewards),
        "to_go": lambda rewards, s: to_go(rewards, s.discount),
        "own_plus_later": lambda rewards, s: own_plus_later(rewards, s.own_weight, s.later_weight),
    }
)
