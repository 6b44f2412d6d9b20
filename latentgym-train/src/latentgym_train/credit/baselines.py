"""Baselines and advantages.

Legend: B sequences, N tasks, K turns. `groups` numbers the group of each sequence, shape [B]: the
sequences of a group were drawn alike (same environment and seed) and are compared with each other.
All functions are pure.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch

TINY = 1e-6


def no_baseline(returns: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """0. Shape [B, N] to [B, N]."""
    del groups
    return torch.zeros_like(returns)


def sequence_mean(returns: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Mean over the group and over all of its tasks. Shape [B, N] to [B, N]."""
    means = task_mean(returns, groups).mean(dim=1, keepdim=True)
    return means.expand_as(returns)


def task_mean(returns: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Mean over the group, for every task index apart. Shape [B, N] to [B, N]."""
    sums, counts = _group_sums(returns, groups)
    return sums / counts


def leave_one_out(returns: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Mean over the others of the group, for every task index apart; 0 for a group of one.

    Kool et al., "Buy 4 REINFORCE samples, get a baseline for free!" (2019). Shape [B, N] to [B, N].
    """
    sums, counts = _group_sums(returns, groups)
    return (sums - returns) / (counts - 1).clamp(min=1) * (counts > 1)


def group_scale(returns: torch.Tensor, groups: torch.Tensor) -> torch.Tensor:
    """Standard deviation (n) within the group for every task index. Shape [B, N] to [B, N]."""
    deviations = (returns - task_mean(returns, groups)) ** 2
    sums, counts = _group_sums(deviations, groups)
    return (sums / counts).sqrt()


BASELINES: Mapping[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = MappingProxyType(
    {
        "none": no_baseline,
        "sequence": sequence_mean,
        "task": task_mean,
        "leave_one_out": leave_one_out,
    }
)


def moments(advantages: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Weight, weighted sum and weighted sum of squares: what `whiten` needs of every process.

    Args:
        advantages: Any shape.
        weights: How often each counts (tokens), the same shape.

    Returns:
        Shape [3], float64; those of several parts add up.
    """
    values, counts = advantages.double(), weights.double()
    return torch.stack([counts.sum(), (values * counts).sum(), (values**2 * counts).sum()])


def whiten(advantages: torch.Tensor, of_all: torch.Tensor) -> torch.Tensor:
    """Shift and scale to mean 0 and standard deviation 1.

    Args:
        advantages: Any shape.
        of_all: `moments` of everything that is whitened together, shape [3].
    """
    total, first, second = of_all.unbind()
    mean = first / total
    deviation = (second / total - mean**2).clamp(min=0).sqrt()
    return ((advantages - mean) / (deviation + TINY)).to(advantages.dtype)


def turn_gae(
    rewards: torch.Tensor,
    values: torch.Tensor,
    continues: torch.Tensor,
    smoothing: float,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Generalised advantage estimation over turns (Schulman et al., ICLR 2016, eq. 16).

    A_k = d_k + lambda c_k A_{k+1} with d_k = r_k + c_k V_{k+1} - V_k. The factor c_k is what a
    reward after turn k is worth at turn k: the discount inside a task, the discount times the
    task discount where turn k ends a task, and 0 at the end (or at every task's end, for
    `single_task` returns).

    Args:
        rewards: Reward paid by each turn, shape [B, K].
        values: Value before each turn, shape [B, K].
        continues: c_k, shape [B, K]; 0 at the last turn of a sequence and in padding.
        smoothing: lambda, in [0, 1].

    Returns:
        Advantages and the values to regress to (advantage + value), both of shape [B, K].
    """
    advantages = torch.zeros_like(rewards)
    later = torch.zeros_like(rewards[:, 0])
    following = torch.zeros_like(later)
    for turn in range(rewards.shape[1] - 1, -1, -1):
        factor = continues[:, turn]
        error = rewards[:, turn] + factor * following - values[:, turn]
        later = error + smoothing * factor * later
        advantages[:, turn] = later
        following = values[:, turn]
    return advantages, advantages + values


def _group_sums(returns: torch.Tensor, groups: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Sum and number of the sequences of one's group: shapes [B, N] and [B, 1]."""
    same = (groups[:, None] == groups[None, :]).to(returns.dtype)  # [B, B]
    return same @ returns, same.sum(dim=1, keepdim=True)
