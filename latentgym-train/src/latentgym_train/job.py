"""What the stages of a training run share."""

from collections.abc import Callable
from typing import Any

from attrs import define, frozen

from latentgym_train.chat import ChatFormat
from latentgym_train.config import Config
from latentgym_train.data import Streams, TrainingStream
from latentgym_train.folder import TrainingFolder
from latentgym_train.policies.policy import Policy
from latentgym_train.reporting import Reporter
from latentgym_train.sampling import CachedSampler, SamplingSettings


@frozen(kw_only=True)
class Job:
    """A training run that is ready to go.

    Attributes:
        config: What it does.
        accelerator: Owns devices, processes, precision and trackers.
        policy: What is trained.
        chat: How its messages become tokens.
        streams: Draws sequences.
        training: The sequences to train on.
        folder: Where everything is written.
        reporter: Progress and logs.
        stop: Whether somebody asked to stop after the current step.
    """

    config: Config
    accelerator: Any
    policy: Policy
    chat: ChatFormat
    streams: Streams
    training: TrainingStream
    folder: TrainingFolder
    reporter: Reporter
    stop: "StopRequest"


@define
class StopRequest:
    """Set by Ctrl-C; looked at between steps."""

    asked: bool = False


class Stopped(Exception):  # noqa: N818 - a request, not an error
    """The run was asked to stop and has saved its state."""


SHARDED = ("FSDP", "DEEPSPEED", "MEGATRON_LM")


def make_sampler(job: Job, scorer: Any, seed: str) -> CachedSampler:
    """A sampler of the policy whose chance depends on a text alone.

    Args:
        job: Temperature, lengths and context.
        scorer: As Accelerate has prepared it.
        seed: Names the stream of random numbers.
    """
    import random

    import torch

    sharded = _is_sharded(job.accelerator)
    settings = SamplingSettings(
        stop_tokens=job.policy.stop_tokens,
        max_new_tokens=job.config.policy.max_new_tokens,
        context=min(
            job.config.policy.context, job.policy.context_length or job.config.policy.context
        ),
        temperature=job.config.policy.temperature,
    )
    device = job.accelerator.device
    generator = torch.Generator(device=device).manual_seed(random.Random(seed).getrandbits(63))
    # DDP would synchronise in every forward pass, and processes sample unequal numbers of tokens;
    # sharded weights only exist inside their wrapper.
    module = scorer if sharded else job.accelerator.unwrap_model(scorer)
    return CachedSampler(
        module, settings, generator, any_rank=_any_rank(job.accelerator) if sharded else bool
    )


def _is_sharded(accelerator: Any) -> bool:
    """Whether no process has all weights."""
    return str(accelerator.distributed_type).rpartition(".")[2] in SHARDED


def _any_rank(accelerator: Any) -> Callable[[bool], bool]:
    """Sharded models need every process to run as many forward passes as the busiest."""
    import torch

    def check(here: bool) -> bool:
        flag = torch.tensor([float(here)], device=accelerator.device)
        return float(accelerator.reduce(flag, reduction="sum")) > 0

    return check
