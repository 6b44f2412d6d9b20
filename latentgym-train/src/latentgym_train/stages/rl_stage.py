"""The reinforcement stage. An iteration from top to bottom: sample, credit, loss, step, log."""

import time
from functools import partial

import torch
from attrs import frozen
from torch import Tensor

from latentgym_core.errors import SpecError
from latentgym_train.config.config import RlConfig
from latentgym_train.learning.credit import turn_advantages, whiten
from latentgym_train.learning.objectives import Credit, count, rl_loss
from latentgym_train.learning.plays import Batch, TokenPlay, make_batch, make_turns
from latentgym_train.learning.schedules import rl_rate, set_rate
from latentgym_train.learning.scoring import score
from latentgym_train.learning.updates import optimizer_step, sum_over_processes, sum_tensor
from latentgym_train.policies.reference import Reference
from latentgym_train.running.folder import STAGES, Position
from latentgym_train.sequences.data import horizons
from latentgym_train.stages import checkpoints
from latentgym_train.stages.evaluation import validate
from latentgym_train.stages.job import Job, play

MEANS = ("reward", "sampled_tokens", "tokens", "truncated", "turns")
"""What is logged of an average sequence."""


@frozen(kw_only=True)
class Reinforcement:
    """What every iteration works with."""

    job: Job
    config: RlConfig  # of the stage
    scorer: torch.nn.Module  # a `Scorer`, prepared by Accelerate; trained in place
    optimizer: torch.optim.Optimizer  # prepared by Accelerate
    reference: Reference | None  # the policy as it was at the start, where `kl` is not 0


def train_rl(stage: Reinforcement, first: int) -> None:
    """Run the stage, once `first` iterations are done.

    Raises:
        Stopped: Somebody asked to stop; a checkpoint is written.
    """
    job, config = stage.job, stage.config
    every = job.config.run.evaluate_every
    with job.reporter.stage("reinforcement", config.iterations) as bar:
        bar.advance(first, "")
        for iteration in range(first, config.iterations):
            begun = _clock(job)
            set_rate(stage.optimizer, rl_rate(iteration, config))
            plays = sample(stage, iteration)
            sampled = _clock(job)
            credit = give_credit(stage, plays)
            scored = _clock(job)
            losses = update(stage, plays, credit, iteration)
            seconds = {
                "seconds/sampling": sampled - begun,
                "seconds/scoring": scored - sampled,
                "seconds/update": _clock(job) - scored,
            }
            done = iteration + 1
            numbers = {**measure(job, plays), **losses, **seconds}
            if every and done % every == 0:
                numbers |= validate(job, stage.scorer)
            job.reporter.log("rl", done, numbers)
            bar.advance(done, f"reward {numbers['reward']:.3f} gain {numbers['gain']:+.3f}")
            checkpoints.save_if_due(job, Position(STAGES.index("rl"), done), config.iterations)


def sample(stage: Reinforcement, iteration: int) -> list[TokenPlay]:
    """Play this process's share of the sequences of an iteration; groups stay together."""
    job, group = stage.job, stage.config.group
    rank, ranks = job.accelerator.process_index, job.accelerator.num_processes
    num_groups = stage.config.sequences // group
    rows = job.training.rows(iteration * num_groups, num_groups)
    starts = [start for row in rows[rank::ranks] for start in [job.streams.start(row)] * group]
    plays = play(job, stage.scorer, starts, f"sample/{job.config.seed}/{iteration}/{rank}")
    if not all(each.turns for each in plays):
        raise SpecError(
            f"policy.context is {job.config.policy.context}; not even the first turn of every "
            f"sequence fits, so raise it."
        )
    return plays


@torch.no_grad()
def give_credit(stage: Reinforcement, plays: list[TokenPlay]) -> Credit:
    """Give every turn its advantage, and its value a target."""
    config, turns = stage.config, make_turns(plays)
    batch = make_batch(plays, stage.job.pad_token)
    reference = _under_reference(stage, plays, batch)
    penalties = torch.zeros_like(turns.present)
    if config.kl and config.kl_in == "reward":
        apart = (batch.log_probs - reference) * batch.actions
        penalties = config.kl * penalties.scatter_add(1, batch.turn_index, apart)
    advantages, targets = turn_advantages(turns, penalties, config)
    if config.estimator.scale == "batch":
        add_up = partial(sum_tensor, stage.job.accelerator)
        advantages = whiten(advantages, turns.lengths, add_up) * turns.present
    return Credit(turns=turns, advantages=advantages, targets=targets, reference=reference)


def _under_reference(stage: Reinforcement, plays: list[TokenPlay], batch: Batch) -> Tensor:
    """Log-probabilities of the sampled tokens under the reference, [B, T - 1]; 0 without one."""
    job, found = stage.job, torch.zeros_like(batch.log_probs)
    if stage.reference is None:
        return found
    for places in torch.split(torch.arange(len(plays)), job.config.batch.micro):
        piece = make_batch([plays[place] for place in places], job.pad_token)
        log_probs = stage.reference.log_probs(piece.to(job.accelerator.device), stage.scorer)
        found[places, : log_probs.shape[1]] = log_probs.cpu()
    return found


def update(
    stage: Reinforcement, plays: list[TokenPlay], credit: Credit, iteration: int
) -> dict[str, float]:
    """Use every sequence `epochs` times, a minibatch at a time; means of what the losses report."""
    size = stage.config.minibatch // stage.job.accelerator.num_processes
    reports: list[dict[str, float]] = []
    for epoch in range(stage.config.epochs):
        generator = torch.Generator().manual_seed(1_000_003 * iteration + 1_009 * epoch)
        order = torch.randperm(len(plays), generator=generator)
        reports += [
            _step(stage, [plays[place] for place in places], credit[places])
            for places in torch.split(order, size)
        ]
    return {name: sum(report[name] for report in reports) / len(reports) for name in reports[0]}


def _step(stage: Reinforcement, plays: list[TokenPlay], credit: Credit) -> dict[str, float]:
    """One optimizer step on a minibatch, in pieces that the machine can take."""
    job, config = stage.job, stage.config
    here = {
        "tokens": count(plays, config.estimator.level),
        "turns": sum(len(each.turns) for each in plays),
    }
    totals = sum_over_processes(job.accelerator, here)
    losses = [
        partial(_loss, stage, [plays[place] for place in places], credit[places], totals)
        for places in torch.split(torch.arange(len(plays)), job.config.batch.micro)
    ]
    return optimizer_step(
        job.accelerator, stage.scorer, stage.optimizer, losses, config.max_grad_norm
    )


def _loss(
    stage: Reinforcement, plays: list[TokenPlay], credit: Credit, totals: dict[str, float]
) -> tuple[Tensor, dict[str, Tensor]]:
    """Loss of a piece, and numbers to log."""
    device = stage.job.accelerator.device
    batch = make_batch(plays, stage.job.pad_token).to(device)
    return rl_loss(score(stage.scorer, batch), batch, credit.to(device), stage.config, totals)


def measure(job: Job, plays: list[TokenPlay]) -> dict[str, float]:
    """What is logged of the sampled sequences, over all processes; r_i of those with task i."""
    rewards = [each.trajectory.rewards for each in plays]
    turns = [turn for each in plays for turn in each.turns]
    longest = horizons(job.training, job.streams.registry)[-1]
    by_task = [[own[task] for own in rewards if task < len(own)] for task in range(longest)]
    sums = sum_over_processes(
        job.accelerator,
        {
            "sequences": len(plays),
            "reward": sum(map(sum, rewards)),
            "sampled_tokens": sum(turn.stop - turn.start for turn in turns),
            "tokens": sum(len(each.tokens) for each in plays),
            "truncated": sum(each.trajectory.truncated is not None for each in plays),
            "turns": len(turns),
            **{f"paid/{task}": sum(paid) for task, paid in enumerate(by_task)},
            **{f"having/{task}": len(paid) for task, paid in enumerate(by_task)},
        },
    )
    pairs = [(sums[f"paid/{task}"], sums[f"having/{task}"]) for task in range(longest)]
    curve = [paid / having for paid, having in pairs if having]
    return {
        **{name: sums[name] / sums["sequences"] for name in MEANS},
        **{f"r{task + 1}": reward for task, reward in enumerate(curve)},
        "gain": curve[-1] - curve[0],
    }


def _clock(job: Job) -> float:
    """Seconds, once the device has done what it was told."""
    if job.accelerator.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()
