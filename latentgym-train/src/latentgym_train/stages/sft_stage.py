"""The supervised stage: imitate scripted players or filtered trajectories."""

import random
from functools import cache
from pathlib import Path
from typing import Any

import torch
from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.wording import counted
from latentgym_train.config.config import Config, HoldoutConfig, PhaseConfig
from latentgym_train.learning import objectives
from latentgym_train.learning.batching import make_batch
from latentgym_train.learning.play_record import TokenPlay
from latentgym_train.learning.schedules import phase_of, set_rate, sft_rate
from latentgym_train.learning.scoring import score
from latentgym_train.learning.updates import Piece, cut, optimizer_step, sum_over_processes
from latentgym_train.running.folder import STAGES, Position
from latentgym_train.sequences.data import distinct_ids
from latentgym_train.sequences.scripted import Mixture, from_trajectory, make_mixture, play_scripted
from latentgym_train.sequences.streams import Streams, allowed_buckets, bucket
from latentgym_train.stages import checkpoints
from latentgym_train.stages.job import Job

STAGE = STAGES.index("sft")
REPORTED = ("validation", "test")
"""Splits that nothing is learned from."""


def train_sft(job: Job, scorer: Any, optimizer: Any, first_step: int) -> None:
    """Run the stage from a step on; the policy is trained in place.

    Args:
        job: With a configuration that has `sft`.
        scorer: Prepared by Accelerate.
        optimizer: Prepared by Accelerate.
        first_step: Steps that are done.

    Raises:
        Stopped: Somebody asked to stop; a checkpoint is written.
    """
    config = job.config.sft
    assert config is not None
    total = sum(phase.steps for phase in config.phases)
    teachers = [_teacher(job, phase) for phase in config.phases]
    pad = job.policy.tokenizer.pad_token_id or 0
    scorer.train()
    with job.reporter.stage("supervised", total) as bar:
        bar.advance(first_step, "")
        for step in range(first_step, total):
            set_rate(optimizer, sft_rate(step, config.phases))
            teacher = teachers[phase_of(step, config.phases)[0]]
            plays = _mine(job, [teacher(step * config.sequences + i) for i in _share(job)])
            batch = make_batch(plays, pad).to(job.accelerator.device)
            here = torch.tensor(objectives.batch_total(batch.actions, _level(config.level)))
            counted = sum_over_processes(job.accelerator, {"total": here})["total"]
            _check_context(job, counted)

            def loss(piece: Piece, counted: float = counted) -> Any:
                rows, _ = piece
                weights = objectives.token_weights(
                    rows.actions, _level(config.level), total=counted
                )
                value = objectives.sft(score(scorer, rows).log_probs, weights)
                return value, {"loss": value}

            pieces = cut(batch, {}, job.config.batch.micro)
            done = optimizer_step(
                job.accelerator, scorer, optimizer, pieces, loss, config.max_grad_norm
            )
            numbers = {**done.numbers, "grad_norm": done.grad_norm}
            job.reporter.log("sft", step + 1, numbers)
            bar.advance(step + 1, f"loss {done.numbers['loss']:.3f}")
            checkpoints.save_if_due(job, Position(STAGE, step + 1), total)


def _level(level: str) -> objectives.Level:
    return "token" if level == "token" else "sequence"


def _share(job: Job) -> range:
    """This process's part of a step's sequences."""
    assert job.config.sft is not None
    rank, ranks = job.accelerator.process_index, job.accelerator.num_processes
    return range(rank, job.config.sft.sequences, ranks)


def _mine(job: Job, plays: list[TokenPlay]) -> list[TokenPlay]:
    """Blank what does not fit the context; every process keeps the same number of rows."""
    limit = job.config.policy.context
    return [play if len(play.tokens) <= limit else _blank(play) for play in plays]


def _blank(play: TokenPlay) -> TokenPlay:
    """Two tokens that nothing is learned from."""
    return evolve(play, tokens=play.tokens[:2], log_probs=play.log_probs[:2], turns=())


def _check_context(job: Job, counted: float) -> None:
    if not counted:
        raise SpecError(
            f"Every sequence of a step is longer than policy.context, {job.config.policy.context} "
            f"tokens; raise it."
        )


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


def _teacher(job: Job, phase: PhaseConfig) -> Any:
    """A function from a position in the data to a play to imitate."""
    if phase.trajectories:
        return _recorded(job, phase)
    streams = evolve(job.streams, tasks=phase.tasks)
    config = job.config

    @cache
    def mixture(core_envs: tuple[str, ...]) -> Mixture:
        return make_mixture(phase.players, core_envs, streams.registry)

    def play(place: int) -> TokenPlay:
        rng = random.Random(f"sft/{config.seed}/{place}")
        row = _shortened(job.lessons.rows(place, 1)[0], phase, streams, rng)
        start = streams.start(row)
        players = mixture(tuple(start.environment.core_envs))
        return play_scripted(start, players, job.chat, rng)

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


def _recorded(job: Job, phase: PhaseConfig) -> Any:
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
