"""The loss of reinforcement: policy, entropy, distance to the reference, value."""

from typing import Any

import torch

from latentgym_train.config.algorithms import Estimator
from latentgym_train.config.config import RlConfig
from latentgym_train.learning import objectives
from latentgym_train.learning.batching import Batch


def rl_loss(
    scores: Any,
    rows: Batch,
    extra: dict[str, torch.Tensor],
    config: RlConfig,
    estimator: Estimator,
    totals: dict[str, float],
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """Loss of a piece of a minibatch: policy, entropy, KL, value.

    Args:
        scores: Of the piece under the policy, [b, t - 1].
        rows: The piece.
        extra: `Experience.more` of the piece; [b, K], and the reference, [b, T - 1].
        config: Weights and bounds.
        estimator: Level, and whether to clip.
        totals: Tokens (or sequences) and turns of the whole minibatch, over all processes.
    """
    level: objectives.Level = "token" if estimator.level == "token" else "sequence"
    weights = objectives.token_weights(rows.actions.float(), level, total=totals["tokens"])
    policy = _policy_loss(scores, rows, extra["advantages"], weights, config, estimator)
    entropy = objectives.weighted_sum(scores.entropy, weights)
    loss = policy - config.entropy * entropy
    # The tokens are those of the policy that sampled, so it stands first.
    moved = objectives.kl_estimate(rows.log_probs, scores.log_probs)
    numbers = {
        "policy_loss": policy,
        "entropy": entropy,
        "kl/sampled": objectives.weighted_sum(moved, weights),
    }
    if config.kl:
        reference = extra["reference"][:, : weights.shape[1]]
        distance = objectives.kl_estimate(scores.log_probs, reference)
        numbers["kl/reference"] = objectives.weighted_sum(distance, weights)
        if config.kl_in == "loss":
            loss = loss + config.kl * numbers["kl/reference"]
    if estimator.baseline == "value":
        values = scores.values.gather(1, extra["before"])
        turn_weights = extra["present"] / totals["turns"]
        numbers["value_loss"] = objectives.value_loss(values, extra["targets"], turn_weights)
        loss = loss + config.value_weight * numbers["value_loss"]
    return loss, numbers


def _policy_loss(
    scores: Any,
    rows: Batch,
    by_turn: torch.Tensor,
    weights: torch.Tensor,
    config: RlConfig,
    estimator: Estimator,
) -> torch.Tensor:
    advantages = by_turn.gather(1, rows.turn_index) * rows.actions
    if not estimator.clips:
        return objectives.policy_gradient(scores.log_probs, advantages, weights)
    bounds = config.clip_low, config.clip_high
    return objectives.clipped(scores.log_probs, rows.log_probs, advantages, weights, *bounds)
