"""The reinforcement stage: play whole sequences, credit every turn, update, again."""

import time
from typing import Any

import torch

from latentgym_core.errors import SpecError
from latentgym_train.config.algorithms import Estimator, resolve
from latentgym_train.learning import objectives
from latentgym_train.learning.batching import Batch
from latentgym_train.learning.play_record import TokenPlay
from latentgym_train.learning.schedules import rl_rate, set_rate
from latentgym_train.learning.scoring import score
from latentgym_train.learning.updates import Piece, choose, cut, optimizer_step, sum_over_processes
from latentgym_train.policies.reference import Reference
from latentgym_train.running.folder import STAGES, Position
from latentgym_train.stages import checkpoints, rollouts
from latentgym_train.stages.evaluation import log_numbers, validate
from latentgym_train.stages.experience import Experience, learn_from
from latentgym_train.stages.job import Job
from latentgym_train.stages.rl_loss import rl_loss

STAGE = STAGES.index("rl")


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
