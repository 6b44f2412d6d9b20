"""The supervised stage: imitate scripted players or filtered trajectories."""

import random
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import torch
from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.wording import counted
from latentgym_train.config.config import Config, HoldoutConfig, PhaseConfig, SftConfig
from latentgym_train.learning.objectives import count, sft, token_weights
from latentgym_train.learning.plays import TokenPlay, make_batch
from latentgym_train.learning.schedules import phase_of, set_rate, sft_rate
from latentgym_train.learning.scoring import score
from latentgym_train.learning.updates import Loss, optimizer_step, sum_over_processes
from latentgym_train.running.folder import STAGES, Position
from latentgym_train.sequences.data import distinct_ids
from latentgym_train.sequences.scripted import Mixture, from_trajectory, make_mixture, play_mixture
from latentgym_train.sequences.streams import Streams, allowed_buckets, bucket
from latentgym_train.stages import checkpoints
from latentgym_train.stages.job import Job

STAGE = STAGES.index("sft")
REPORTED = ("validation", "test")
"""Splits that nothing is learned from."""
Teacher = Callable[[int], TokenPlay]
"""From a position in the data to a play to imitate."""


def train_sft(
    job: Job,
    config: SftConfig,
    scorer: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    first_step: int,
) -> None:
    """Run the stage from a step on; the policy is trained in place.

    Args:
        job: The run.
        config: Of the stage.
        scorer: Prepared by Accelerate.
        optimizer: Prepared by Accelerate.
        first_step: Steps that are done.

    Raises:
        Stopped: Somebody asked to stop; a checkpoint is written.
    """
    total = sum(phase.steps for phase in config.phases)
    teachers = [_teacher(job, phase) for phase in config.phases]
    rank, ranks = job.accelerator.process_index, job.accelerator.num_processes
    scorer.train()
    with job.reporter.stage("supervised", total) as bar:
        bar.advance(first_step, "")
        for step in range(first_step, total):
            set_rate(optimizer, sft_rate(step, config.phases))
            teacher = teachers[phase_of(step, config.phases)[0]]
            places = range(step * config.sequences + rank, (step + 1) * config.sequences, ranks)
            plays = [_fitting(teacher(place), job.config.policy.context) for place in places]
            losses = _losses(job, config, scorer, plays)
            numbers = optimizer_step(
                job.accelerator, scorer, optimizer, losses, config.max_grad_norm
            )
            job.reporter.log("sft", step + 1, numbers)
            bar.advance(step + 1, f"loss {numbers['loss']:.3f}")
            checkpoints.save_if_due(job, Position(STAGE, step + 1), total)


def _losses(
    job: Job, config: SftConfig, scorer: torch.nn.Module, plays: list[TokenPlay]
) -> list[Loss]:
    """Losses of the pieces of a step.

    Raises:
        SpecError: No play of any process fits the context.
    """
    here = {"total": count(plays, config.level)}
    total = sum_over_processes(job.accelerator, here)["total"]
    if not total:
        raise SpecError(
            f"Every sequence of a step is longer than policy.context, {job.config.policy.context} "
            f"tokens; raise it."
        )

    def loss(piece: list[TokenPlay]) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        batch = make_batch(piece, job.pad_token).to(job.accelerator.device)
        weights = token_weights(batch.actions, config.level, total=total)
        value = sft(score(scorer, batch).log_probs, weights)
        return value, {"loss": value}

    size = job.config.batch.micro
    return [partial(loss, plays[first : first + size]) for first in range(0, len(plays), size)]


def _fitting(play: TokenPlay, context: int) -> TokenPlay:
    """Two tokens that nothing is learned from, in the place of a play that does not fit.

    So every process keeps the same number of rows.
    """
    if len(play.tokens) <= context:
        return play
    return evolve(play, tokens=play.tokens[:2], log_probs=play.log_probs[:2], turns=())


def check_teachers(config: Config, streams: Streams) -> None:
    """Make every player and read every trajectory once, so that no later phase stops a run.

    Raises:
        LatentGymError: There is no such player, or nothing to imitate.
    """
    for phase in config.sft.phases if config.sft else ():
        if phase.trajectories:
            good_trajectories(phase, config.data.holdout)
        for env_id in distinct_ids(config.data.train) if phase.players else ():
            core_envs = tuple(streams.environment(env_id).core_envs)
            make_mixture(phase.players, core_envs, streams.registry)


def _teacher(job: Job, phase: PhaseConfig) -> Teacher:
    if phase.trajectories:
        return _recorded(job, phase)
    streams = evolve(job.streams, tasks=phase.tasks)
    config = job.config

    @cache
    def mixture(core_envs: tuple[str, ...]) -> Mixture:
        return make_mixture(phase.players, core_envs, streams.registry)

    def play(place: int) -> TokenPlay:
        rng = random.Random(f"sft/{config.seed}/{place}")
        (lesson,) = job.lessons.rows(place, 1)
        row = _shortened(lesson, phase, streams, rng)
        start = streams.start(row)
        players = mixture(tuple(start.environment.core_envs))
        return from_trajectory(play_mixture(start, players, rng), job.chat)

    return play


def _shortened(
    row: dict[str, Any], phase: PhaseConfig, streams: Streams, rng: random.Random
) -> dict[str, Any]:
    """Now and then the same row with fewer tasks."""
    if row.get("tasks") is not None or rng.random() >= phase.shorter:
        return row
    full = streams.registry.complete(row["env_id"])
    shorter = evolve(full, num_tasks=rng.randint(1, max(1, full.num_tasks - 1)))
    return {**row, "env_id": str(shorter)}


def _recorded(job: Job, phase: PhaseConfig) -> Teacher:
    chosen = good_trajectories(phase, job.config.data.holdout)
    plays = [from_trajectory(each, job.chat) for each in chosen]

    def play(place: int) -> TokenPlay:
        return plays[random.Random(f"sft/{job.config.seed}/{place}").randrange(len(plays))]

    return play


def good_trajectories(phase: PhaseConfig, holdout: HoldoutConfig) -> list[Trajectory]:
    """The trajectories of a phase that finished, earned enough, and whose z is not held out.

    Raises:
        SpecError: There are none, or results are reported on their split.
    """
    found = [each for path in phase.trajectories for each in read_trajectories(Path(path))]
    where = ", ".join(phase.trajectories)
    if reported := sorted({each.split for each in found} & set(REPORTED)):
        raise SpecError(
            f"Results are reported on the split {reported[0]}, which {where} has played, so it is "
            f"not imitated; play again with `latentgym eval --split train`."
        )
    chosen = [each for each in found if _is_good(each, phase.min_reward, holdout)]
    if not chosen:
        earned = "" if phase.min_reward is None else f", earned {phase.min_reward:g}"
        raise SpecError(
            f"None of {counted(len(found), 'trajectory', 'trajectories')} in {where} "
            f"finished{earned} and has a z that data.holdout leaves to training; give "
            f"others, or lower sft.phases.min_reward."
        )
    return chosen


def _is_good(played: Trajectory, least: float | None, holdout: HoldoutConfig) -> bool:
    allowed = allowed_buckets(holdout, "train")
    return (
        played.error is None
        and played.truncated is None
        and (least is None or sum(played.rewards) >= least)
        and (allowed is None or bucket(played.z, holdout.modulus) in allowed)
    )
