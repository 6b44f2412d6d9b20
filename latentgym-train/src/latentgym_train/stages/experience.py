"""What an iteration of reinforcement learns from: plays, and the advantage of every turn."""

from typing import Any

import torch
from attrs import frozen

from latentgym_train.config.algorithms import Estimator
from latentgym_train.credit.advantages import (
    Turns,
    collect_turns,
    number_groups,
    reward_matrix,
    sampled_values,
    turn_advantages,
)
from latentgym_train.credit.baselines import moments, whiten
from latentgym_train.learning.batching import Batch, make_batch
from latentgym_train.learning.play_record import TokenPlay
from latentgym_train.learning.updates import cut, sum_tensor
from latentgym_train.policies.reference import Reference
from latentgym_train.stages.job import Job


@frozen(kw_only=True)
class Experience:
    """What one iteration learns from; B sequences, K turns.

    Attributes:
        batch: The sequences.
        turns: Their turns.
        advantages: Shape [B, K].
        targets: What values are regressed to, shape [B, K].
        reference: Log-probabilities under the reference, [B, T - 1]; zeros without one.
    """

    batch: Batch
    turns: Turns
    advantages: torch.Tensor
    targets: torch.Tensor
    reference: torch.Tensor

    @property
    def more(self) -> dict[str, torch.Tensor]:
        """All but the batch."""
        turns = {"present": self.turns.present, "before": self.turns.before}
        scores = {"advantages": self.advantages, "targets": self.targets}
        return {**turns, **scores, "reference": self.reference}


@torch.no_grad()
def learn_from(
    job: Job,
    scorer: Any,
    plays: list[TokenPlay],
    estimator: Estimator,
    reference: Reference | None,
) -> Experience:
    """Give every turn its advantage."""
    config = job.config.rl
    assert config is not None
    batch = make_batch(plays, job.policy.tokenizer.pad_token_id or 0)
    turns = collect_turns(plays)
    values = sampled_values(plays) if estimator.baseline == "value" else None
    from_reference = torch.zeros_like(batch.log_probs)
    penalties = None
    if reference is not None:
        from_reference = _under_reference(job, scorer, batch, reference)
        if config.kl_in == "reward":
            penalties = config.kl * _sums_by_turn(batch.log_probs - from_reference, batch, turns)
    advantages, targets = turn_advantages(
        turns,
        reward_matrix(plays),
        number_groups(plays),
        config,
        estimator,
        values=values,
        penalties=penalties,
    )
    if estimator.scale == "batch":
        of_all = sum_tensor(job.accelerator, moments(advantages, turns.lengths))
        advantages = whiten(advantages, of_all) * turns.present
    return Experience(
        batch=batch, turns=turns, advantages=advantages, targets=targets, reference=from_reference
    )


def _under_reference(job: Job, scorer: Any, batch: Batch, reference: Reference) -> torch.Tensor:
    """Log-probabilities of the sampled tokens under the reference, [B, T - 1]."""
    pieces = [rows for rows, _ in cut(batch, {}, job.config.batch.micro)]
    scores = [reference.log_probs(rows.to(job.accelerator.device), scorer) for rows in pieces]
    width = batch.log_probs.shape[1]
    padded = [torch.nn.functional.pad(each.cpu(), (0, width - each.shape[1])) for each in scores]
    return torch.cat(padded)


def _sums_by_turn(per_token: torch.Tensor, batch: Batch, turns: Turns) -> torch.Tensor:
    """Sums over the sampled tokens of each turn: [B, T - 1] to [B, K]."""
    sums = torch.zeros_like(turns.paid)
    return sums.scatter_add(1, batch.turn_index, per_token * batch.actions)
