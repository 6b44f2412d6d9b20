"""Losses as pure functions of tensors.

Legend: B sequences, T predicted tokens. `mask` is 1 where the token was sampled by the policy (or
is to be imitated) and 0 where it was read; every loss ignores the rest.
"""

from typing import Literal

import torch

Level = Literal["token", "sequence"]


def token_weights(mask: torch.Tensor, level: Level, *, total: float) -> torch.Tensor:
    """What each token counts in a mean that is taken over several pieces of a batch.

    `token`: every sampled token of the whole batch counts the same (DAPO, Yu et al. 2025).
    `sequence`: every sequence counts the same and shares its weight among its tokens (the 1/|o_i|
    of GRPO, Shao et al. 2024), so that tokens of long sequences count less.

    Args:
        mask: Shape [B, T].
        level: See above.
        total: Tokens (or sequences) of the whole batch, over all pieces and processes.

    Returns:
        Weights of shape [B, T] that sum to 1 over the whole batch.
    """
    if level == "token":
        return mask / total
    return mask / mask.sum(dim=1, keepdim=True).clamp(min=1) / total


def batch_total(mask: torch.Tensor, level: Level) -> float:
    """What `token_weights` divides by, of one piece; totals of pieces add up."""
    return float(mask.sum() if level == "token" else (mask.sum(dim=1) > 0).sum())


def sft(log_probs: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Cross-entropy - sum w log p(token). Shapes [B, T], result a scalar."""
    return -(log_probs * weights).sum()


def policy_gradient(
    log_probs: torch.Tensor, advantages: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """REINFORCE: - sum w A log p (Williams, 1992). Shapes [B, T], result a scalar."""
    return -(log_probs * advantages.detach() * weights).sum()


def clipped(
    log_probs: torch.Tensor,
    old_log_probs: torch.Tensor,
    advantages: torch.Tensor,
    weights: torch.Tensor,
    low: float,
    high: float,
) -> torch.Tensor:
    """PPO's clipped surrogate - sum w min(q A, clip(q, 1 - low, 1 + high) A), q = p / p_old.

    Schulman et al., "Proximal Policy Optimization Algorithms" (2017), eq. 7; separate bounds after
    DAPO (Yu et al., 2025).

    Args:
        log_probs: Of the sampled tokens under the policy, shape [B, T].
        old_log_probs: When they were sampled, shape [B, T].
        advantages: Shape [B, T].
        weights: Shape [B, T], see `token_weights`.
        low: How far the ratio may fall below 1.
        high: How far it may rise above 1.
    """
    ratio = (log_probs - old_log_probs).exp()
    bounded = ratio.clamp(1 - low, 1 + high)
    advantages = advantages.detach()
    return -(torch.minimum(ratio * advantages, bounded * advantages) * weights).sum()


def kl_estimate(log_probs: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """Estimate of KL(policy || reference) per token: exp(d) - d - 1, d = log p_ref - log p.

    Never negative and without bias on tokens that the policy sampled: k3 of Schulman,
    "Approximating KL divergence" (2020). Shapes [B, T] to [B, T].
    """
    difference = reference - log_probs
    return difference.exp() - difference - 1


def value_loss(values: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """0.5 sum w (V - target)^2. Shapes [B, K], result a scalar."""
    return 0.5 * ((values - targets.detach()) ** 2 * weights).sum()


def weighted_sum(values: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Sum w x, for the entropy bonus and the KL penalty. Shapes [B, T], result a scalar."""
    return (values * weights).sum()
