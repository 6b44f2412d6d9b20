"""Losses as pure functions of tensors.

Legend: B sequences, T predicted tokens, K turns. Every loss is a sum over tokens (or turns) whose
weights are 0 where nothing was sampled, and sum to 1 over a minibatch on all processes.
"""

import torch
from attrs import frozen
from torch import Tensor

from latentgym_train.config.config import RlConfig
from latentgym_train.learning.plays import Batch, Tensors, TokenPlay, Turns
from latentgym_train.learning.scoring import Scores


@frozen(kw_only=True)
class Credit(Tensors):
    """What sequences are reinforced with."""

    turns: Turns
    advantages: Tensor  # of every turn, [B, K]
    targets: Tensor  # what the value before it is regressed to, [B, K]
    reference: Tensor  # log-probabilities under the reference, [B, T]; zeros without one


def rl_loss(
    scores: Scores, batch: Batch, credit: Credit, config: RlConfig, totals: dict[str, float]
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss of a piece of a minibatch, and numbers to log: policy, entropy, KL, value.

    `scores` and `credit` are the piece's; `totals` are `tokens` (see `count`) and `turns` of the
    whole minibatch, over all processes.
    """
    weights = token_weights(batch.actions, config.estimator.level, total=totals["tokens"])
    advantages = credit.advantages.gather(1, batch.turn_index) * batch.actions
    if config.estimator.clips:
        policy = clipped(scores.log_probs, batch.log_probs, advantages, weights, config)
    else:
        policy = policy_gradient(scores.log_probs, advantages, weights)
    entropy = (scores.entropy * weights).sum()
    # The tokens are those of the policy that sampled, so it stands first.
    moved = (kl_estimate(batch.log_probs, scores.log_probs) * weights).sum()
    loss = policy - config.entropy * entropy
    numbers = {"policy_loss": policy, "entropy": entropy, "kl/sampled": moved}
    if config.kl:
        reference = credit.reference[:, : weights.shape[1]]
        numbers["kl/reference"] = (kl_estimate(scores.log_probs, reference) * weights).sum()
        if config.kl_in == "loss":
            loss = loss + config.kl * numbers["kl/reference"]
    if scores.values is not None:
        values = scores.values.gather(1, credit.turns.before)
        shares = credit.turns.present / totals["turns"]
        numbers["value_loss"] = value_loss(values, credit.targets, shares)
        loss = loss + config.value_weight * numbers["value_loss"]
    return loss, numbers


def token_weights(actions: Tensor, level: str, *, total: float) -> Tensor:
    """What each token counts, [B, T], where `actions`, [B, T], is True for those that were sampled.

    `token`: every sampled token of the whole minibatch counts the same (DAPO, Yu et al. 2025).
    `sequence`: every sequence counts the same and shares its weight among its tokens (the 1/|o_i|
    of GRPO, Shao et al. 2024), so that tokens of long sequences count less.
    """
    mask = actions.float()
    if level == "token":
        return mask / total
    return mask / mask.sum(dim=1, keepdim=True).clamp(min=1) / total


def count(plays: list[TokenPlay], level: str) -> float:
    """The total that `token_weights` divides by: sampled tokens, or sequences that have any."""
    if level == "token":
        return float(sum(turn.stop - turn.start for play in plays for turn in play.turns))
    return float(sum(bool(play.turns) for play in plays))


def sft(log_probs: Tensor, weights: Tensor) -> Tensor:
    """Cross-entropy - sum w log p(token), of [B, T] each."""
    return -(log_probs * weights).sum()


def policy_gradient(log_probs: Tensor, advantages: Tensor, weights: Tensor) -> Tensor:
    """REINFORCE: - sum w A log p (Williams, 1992), of [B, T] each."""
    return -(log_probs * advantages.detach() * weights).sum()


def clipped(
    log_probs: Tensor, sampled: Tensor, advantages: Tensor, weights: Tensor, config: RlConfig
) -> Tensor:
    """PPO's clipped surrogate - sum w min(q A, clip(q, 1 - low, 1 + high) A), of [B, T] each.

    q = p / p_sampled. Schulman et al., "Proximal Policy Optimization Algorithms" (2017), eq. 7;
    separate bounds after DAPO (Yu et al., 2025).
    """
    ratio = (log_probs - sampled).exp()
    bounded = ratio.clamp(1 - config.clip_low, 1 + config.clip_high)
    advantages = advantages.detach()
    return -(torch.minimum(ratio * advantages, bounded * advantages) * weights).sum()


def kl_estimate(log_probs: Tensor, reference: Tensor) -> Tensor:
    """Estimate of KL(policy || reference) per token: exp(d) - d - 1, d = log p_ref - log p.

    Never negative and without bias on tokens that the policy sampled: k3 of Schulman,
    "Approximating KL divergence" (2020).
    """
    difference = reference - log_probs
    return difference.exp() - difference - 1


def value_loss(values: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """0.5 sum w (V - target)^2, of [B, K] each."""
    return 0.5 * ((values - targets.detach()) ** 2 * weights).sum()
