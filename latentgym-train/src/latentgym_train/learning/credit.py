"""Credit: from the rewards of a sequence's tasks to one advantage for each of its turns.

Legend: B sequences, N tasks, K turns of the longest sequence. `groups`, [B], numbers the group of
each sequence: those of a group were drawn alike and are compared with each other.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from latentgym_train.config.config import RlConfig
from latentgym_train.learning.plays import Turns

TINY = 1e-6


def single_task(rewards: Tensor) -> Tensor:
    """G_i = r_i: every task for itself; [B, N] to [B, N], as all returns."""
    return rewards.clone()


def cumulative(rewards: Tensor) -> Tensor:
    """G_i = r_1 + ... + r_N for every i, the objective of the published cross-task RL."""
    return rewards.sum(dim=1, keepdim=True).expand_as(rewards).clone()


def to_go(rewards: Tensor, discount: float = 1.0) -> Tensor:
    """G_i = r_i + d r_{i+1} + d^2 r_{i+2} + ..., with d in [0, 1].

    Rewards before task i do not depend on what is done in it; leaving them out of `cumulative`
    changes no expected gradient and lowers its variance (Sutton et al., NeurIPS 1999).
    """
    returns = rewards.clone()
    for index in range(rewards.shape[1] - 2, -1, -1):
        returns[:, index] += discount * returns[:, index + 1]
    return returns


def own_plus_later(rewards: Tensor, own_weight: float = 1.0, later_weight: float = 1.0) -> Tensor:
    """G_i = w_own r_i + w_later (r_{i+1} + ... + r_N)."""
    return own_weight * rewards + later_weight * (to_go(rewards) - rewards)


RETURNS: Mapping[str, Callable[[Tensor, RlConfig], Tensor]] = MappingProxyType(
    {
        "single_task": lambda rewards, _: single_task(rewards),
        "cumulative": lambda rewards, _: cumulative(rewards),
        "to_go": lambda rewards, c: to_go(rewards, c.discount),
        "own_plus_later": lambda rewards, c: own_plus_later(rewards, c.own_weight, c.later_weight),
    }
)


def sequence_mean(returns: Tensor, groups: Tensor) -> Tensor:
    """Mean over the group and over all of its tasks; [B, N] and [B] to [B, N], as all baselines."""
    return task_mean(returns, groups).mean(dim=1, keepdim=True).expand_as(returns)


def task_mean(returns: Tensor, groups: Tensor) -> Tensor:
    """Mean over the group, for every task index apart."""
    sums, counts = _group_sums(returns, groups)
    return sums / counts


def leave_one_out(returns: Tensor, groups: Tensor) -> Tensor:
    """Mean over the others of the group, for every task index apart; 0 for a group of one.

    Kool et al., "Buy 4 REINFORCE samples, get a baseline for free!" (2019).
    """
    sums, counts = _group_sums(returns, groups)
    return (sums - returns) / (counts - 1).clamp(min=1) * (counts > 1)


BASELINES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = MappingProxyType(
    {
        "none": lambda returns, _: torch.zeros_like(returns),
        "sequence": sequence_mean,
        "task": task_mean,
        "leave_one_out": leave_one_out,
    }
)


def group_scale(returns: Tensor, groups: Tensor) -> Tensor:
    """Standard deviation (n) within the group for every task index: [B, N] to [B, N]."""
    return task_mean((returns - task_mean(returns, groups)) ** 2, groups).sqrt()


def whiten(advantages: Tensor, counts: Tensor, add_up: Callable[[Tensor], Tensor]) -> Tensor:
    """Shift and scale advantages to mean 0 and standard deviation 1, over all processes.

    Each counts as often as `counts`, of the same shape, says; `add_up` sums over processes.
    """
    values, weights = advantages.double(), counts.double()
    sums = [weights.sum(), (values * weights).sum(), (values**2 * weights).sum()]
    total, first, second = add_up(torch.stack(sums)).unbind()
    mean = first / total
    deviation = (second / total - mean**2).clamp(min=0).sqrt()
    return ((advantages - mean) / (deviation + TINY)).to(advantages.dtype)


def turn_gae(
    paid: Tensor, values: Tensor, continues: Tensor, smoothing: float
) -> tuple[Tensor, Tensor]:
    """Generalised advantage estimation over turns (Schulman et al., ICLR 2016, eq. 16).

    A_k = d_k + lambda c_k A_{k+1} with d_k = r_k + c_k V_{k+1} - V_k, where r_k is what turn k has
    paid, V_k the value before it, and c_k as in `continuation`, [B, K] each; lambda in [0, 1].
    Returns advantages and the values to regress to (advantage + value).
    """
    advantages = torch.zeros_like(paid)
    later = following = torch.zeros_like(paid[:, 0])
    for turn in range(paid.shape[1] - 1, -1, -1):
        factor = continues[:, turn]
        error = paid[:, turn] + factor * following - values[:, turn]
        later = error + smoothing * factor * later
        advantages[:, turn] = later
        following = values[:, turn]
    return advantages, advantages + values


def continuation(turns: Turns, config: RlConfig) -> Tensor:
    """What a reward after each turn is worth at that turn, [B, K].

    `turn_discount` within a task, times `discount` where a task ends; 0 after the last turn.
    `cumulative` returns are taken as `to_go` with discount 1: rewards already paid are the same
    for every reply that may follow, so that a value of the state takes them out exactly.
    """
    across = {"single_task": 0.0, "cumulative": 1.0}.get(config.returns, config.discount)
    factor = 1 - turns.ends_task * (1 - across)
    following = torch.nn.functional.pad(turns.present[:, 1:], (0, 1))
    return factor * config.turn_discount * following


def task_advantages(rewards: Tensor, groups: Tensor, config: RlConfig) -> Tensor:
    """Return minus baseline, perhaps by the group's deviation: [B, N] to [B, N]."""
    returns = RETURNS[config.returns](rewards, config)
    advantages = returns - BASELINES[config.estimator.baseline](returns, groups)
    if config.estimator.scale == "group":
        advantages = advantages / (group_scale(returns, groups) + TINY)
    return advantages


def turn_advantages(turns: Turns, penalties: Tensor, config: RlConfig) -> tuple[Tensor, Tensor]:
    """One advantage per turn, shared by its tokens, and what its value is regressed to, [B, K].

    `penalties`, [B, K], are taken from what each turn earns (KL in the reward). Targets are 0 for
    estimators without values.
    """
    if config.estimator.baseline == "value":
        paid = turns.rewards.gather(1, turns.task_index) * turns.ends_task - penalties
        factors = continuation(turns, config)
        advantages, targets = turn_gae(paid, turns.values, factors, config.smoothing)
    else:
        lost = torch.zeros_like(turns.rewards)
        lost.scatter_add_(1, turns.task_index, penalties * turns.present)
        by_task = task_advantages(turns.rewards - lost, turns.groups, config)
        advantages = by_task.gather(1, turns.task_index)
        targets = torch.zeros_like(advantages)
    return advantages * turns.present, targets * turns.present


def _group_sums(returns: Tensor, groups: Tensor) -> tuple[Tensor, Tensor]:
    """Sum and number of the sequences of one's group: [B, N] and [B, 1]."""
    same = (groups[:, None] == groups[None, :]).to(returns.dtype)  # [B, B]
    return same @ returns, same.sum(dim=1, keepdim=True)
