"""Let the policy in training play, on every process at once."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import torch

from latentgym_train.learning.play_record import TokenPlay
from latentgym_train.playing.playing import Start, play_all
from latentgym_train.playing.sampling import CachedSampler, SampledReply, SamplingSettings, Tokens
from latentgym_train.running.machine import is_sharded
from latentgym_train.stages.job import Job


def play(job: Job, scorer: Any, starts: Sequence[Start], seed: str) -> list[TokenPlay]:
    """Play sequences with the policy; every process must call, each with its own.

    Args:
        job: Temperature, lengths and context.
        scorer: As Accelerate has prepared it.
        starts: What is played; at least one where weights are sharded.
        seed: Names the stream of random numbers: all chance depends on it.
    """
    sampler = _sampler(job, scorer, seed)
    plays = play_all(starts, sampler, job.chat, name=job.config.name)
    if isinstance(sampler, SampleTogether):
        sampler.finish()
    return plays


class SampleTogether(CachedSampler):
    """A model that is sharded over processes: each needs all others for a forward pass.

    So every process runs as many passes as the busiest: within a turn (`any_rank` of the base), and
    in as many turns, until the sequences of all are over.
    """

    def extend(self, blocks: dict[int, Tokens]) -> dict[int, SampledReply]:
        """Append a block to some rows and sample their replies; rows left out are over."""
        self.any_rank(True)
        return super().extend(blocks)

    def finish(self) -> None:
        """Keep the others company until all are done."""
        while self.any_rank(False):
            super().extend({})


def _sampler(job: Job, scorer: Any, seed: str) -> CachedSampler:
    """A sampler of the policy whose chance depends on a text alone."""
    accelerator, policy = job.accelerator, job.config.policy
    settings = SamplingSettings(
        stop_tokens=job.policy.stop_tokens,
        max_new_tokens=policy.max_new_tokens,
        context=min(policy.context, job.policy.context_length or policy.context),
        temperature=policy.temperature,
    )
    generator = torch.Generator(device=accelerator.device)
    generator.manual_seed(random.Random(seed).getrandbits(63))
    if is_sharded(accelerator):
        return SampleTogether(scorer, settings, generator, any_rank=_any_rank(accelerator))
    # DDP would synchronise in every forward pass, and processes sample unequal numbers of tokens.
    return CachedSampler(accelerator.unwrap_model(scorer), settings, generator)


def _any_rank(accelerator: Any) -> Callable[[bool], bool]:
    """Whether something holds in any process."""

    def check(here: bool) -> bool:
        flag = torch.tensor([float(here)], device=accelerator.device)
        return float(accelerator.reduce(flag, reduction="sum")) > 0

    return check
