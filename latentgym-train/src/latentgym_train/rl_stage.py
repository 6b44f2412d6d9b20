"""The reinforcement stage: play whole sequences, credit every turn, update, again."""

import time
from typing import Any

import torch
from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_train import checkpoints, objectives, rollouts
from latentgym_train.advantages import (
    Turns,
    collect_turns,
    number_groups,
    reward_matrix,
    sampled_values,
    turn_advantages,
)
from latentgym_train.algorithms import Estimator, resolve
from latentgym_train.baselines import moments, whiten
from latentgym_train.batching import Batch, make_batch
from latentgym_train.config import RlConfig
from latentgym_train.evaluation import log_numbers, validate
from latentgym_train.folder import STAGES, Position
from latentgym_train.job import Job
from latentgym_train.play_record import TokenPlay
from latentgym_train.policies.reference import Reference
from latentgym_train.schedules import rl_rate, set_rate
from latentgym_train.scoring import score
from latentgym_train.updates import (
    Piece,
    choose,
    cut,
    optimizer_step,
    sum_over_processes,
    sum_tensor,
)

STAGE = STAGES.index("rl")


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


def train_rl(
    job: Job, scorer: Any, optimizer: Any, reference: Reference | None, first: int
) -> None:
    """Run the stage from an iteration on; the policy is trained in place.

    Args:
        job: With a configuration that has `rl`.
        scorer: Prepared by Accelerate.
        optimizer: Prepared by Accelerate.
        reference: The policy as it was at the start, where `kl` is not 0.
        first: Iterations that are done.

    Raises:
        Stopped: Somebody asked to stop; a checkpoint is written.
    """
    config = job.config.rl
    assert config is not None
    estimator = resolve(config)
    with job.reporter.stage("reinforcement", config.iterations) as bar:
        bar.advance(first, "")
        for iteration in range(first, config.iterations):
            begun = _clock(job)
            set_rate(optimizer, rl_rate(iteration, config))
            plays = sample(job, scorer, iteration)
            sampled = _clock(job)
            experience = learn_from(job, scorer, plays, estimator, reference)
            scored = _clock(job)
            numbers = update(job, scorer, optimizer, experience, estimator, iteration)
            seconds = {
                "seconds/sampling": sampled - begun,
                "seconds/scoring": scored - sampled,
                "seconds/update": _clock(job) - scored,
            }
            numbers = {**log_numbers(job, plays), **numbers, **seconds}
            if job.config.run.evaluate_every and (
                (iteration + 1) % job.config.run.evaluate_every == 0
            ):
                numbers |= validate(job, scorer)
            job.reporter.log("rl", iteration + 1, numbers)
            bar.advance(
                iteration + 1, f"reward {numbers['reward']:.3f} gain {numbers['gain']:+.3f}"
            )
            checkpoints.save_if_due(job, Position(STAGE, iteration + 1), config.iterations)


def _clock(job: Job) -> float:
    """Seconds, once the device has done what it was told."""
    if job.accelerator.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def sample(job: Job, scorer: Any, iteration: int) -> list[TokenPlay]:
    """Play this process's share of the sequences of an iteration; groups stay together."""
    config = job.config.rl
    assert config is not None
    accelerator = job.accelerator
    num_groups = config.sequences // config.group
    rows = job.training.rows(iteration * num_groups, num_groups)
    mine = rows[accelerator.process_index :: accelerator.num_processes]
    starts = [start for row in mine for start in [job.streams.start(row)] * config.group]
    seed = f"sample/{job.config.seed}/{iteration}/{accelerator.process_index}"
    scorer.eval()
    plays = rollouts.play(job, scorer, starts, seed)
    scorer.train()
    if not all(play.turns for play in plays):
        raise SpecError(
            f"policy.context is {job.config.policy.context}; not even the first turn of every "
            f"sequence fits, so raise it."
        )
    return plays


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


def update(
    job: Job,
    scorer: Any,
    optimizer: Any,
    experience: Experience,
    estimator: Estimator,
    iteration: int,
) -> dict[str, float]:
    """Use every sequence `epochs` times, a minibatch at a time."""
    config = job.config.rl
    assert config is not None
    size = config.minibatch // job.accelerator.num_processes
    reports = []
    for epoch in range(config.epochs):
        generator = torch.Generator().manual_seed(1_000_003 * iteration + 1_009 * epoch)
        order = torch.randperm(len(experience.batch.tokens), generator=generator)
        for first in range(0, len(order), size):
            batch, more = choose(experience.batch, experience.more, order[first : first + size])
            reports.append(_step(job, scorer, optimizer, batch, more, estimator))
    names = reports[0]
    return {name: sum(report[name] for report in reports) / len(reports) for name in names}


def _step(
    job: Job,
    scorer: Any,
    optimizer: Any,
    batch: Batch,
    more: dict[str, torch.Tensor],
    estimator: Estimator,
) -> dict[str, float]:
    config = job.config.rl
    assert config is not None
    level: objectives.Level = "token" if estimator.level == "token" else "sequence"
    here = {
        "tokens": torch.tensor(objectives.batch_total(batch.actions, level)),
        "turns": more["present"].sum(),
    }
    totals = sum_over_processes(job.accelerator, here)

    def loss(piece: Piece) -> Any:
        rows, extra = piece
        rows = rows.to(job.accelerator.device)
        extra = {name: tensor.to(job.accelerator.device) for name, tensor in extra.items()}
        return rl_loss(score(scorer, rows), rows, extra, config, estimator, totals)

    pieces = cut(batch, more, job.config.batch.micro)
    done = optimizer_step(job.accelerator, scorer, optimizer, pieces, loss, config.max_grad_norm)
    return {**done.numbers, "grad_norm": done.grad_norm}


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
