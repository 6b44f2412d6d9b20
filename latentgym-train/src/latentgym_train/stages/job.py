"""What the stages of a training run share, and how its policy plays."""

import random
from collections.abc import Sequence
from functools import partial

import torch
from accelerate import Accelerator
from attrs import frozen

from latentgym_core.agents.weights.local import LocalModel
from latentgym_train.config.config import Config
from latentgym_train.learning.plays import TokenPlay
from latentgym_train.learning.updates import sum_tensor
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.playing.playing import Start, play_all
from latentgym_train.playing.sampling import CachedSampler, SamplingSettings
from latentgym_train.running.folder import TrainingFolder
from latentgym_train.running.machine import is_sharded
from latentgym_train.running.reporting import Reporter
from latentgym_train.running.stopping import StopRequest
from latentgym_train.sequences.data import TrainingStream
from latentgym_train.sequences.streams import Streams


@frozen(kw_only=True)
class Job:
    """A training run that is ready to go."""

    config: Config
    accelerator: Accelerator  # owns devices, processes, precision and trackers
    policy: LocalModel  # what is trained
    chat: ChatFormat  # how its messages become tokens
    streams: Streams
    training: TrainingStream  # the sequences to reinforce on
    lessons: TrainingStream  # the sequences to imitate on, see `data.lessons_for`
    folder: TrainingFolder
    reporter: Reporter
    stop: StopRequest  # whether somebody asked to stop after the current step

    @property
    def pad_token(self) -> int:
        """What fills rows; nothing attends to it."""
        return self.policy.tokenizer.pad_token_id or 0


def play(job: Job, scorer: torch.nn.Module, starts: Sequence[Start], seed: str) -> list[TokenPlay]:
    """Let the policy play sequences; where weights are sharded, every process has one at least.

    All chance depends on `seed`, which names a stream of random numbers.
    """
    accelerator, policy = job.accelerator, job.config.policy
    generator = torch.Generator(device=accelerator.device)
    generator.manual_seed(random.Random(seed).getrandbits(63))
    settings = SamplingSettings(
        stop_tokens=job.policy.stop_tokens,
        max_new_tokens=policy.max_new_tokens,
        context=min(policy.context, job.policy.context_length or policy.context),
        temperature=policy.temperature,
    )
    if is_sharded(accelerator):
        sampler = CachedSampler(scorer, settings, generator, partial(_in_any, accelerator))
    else:  # DDP would synchronise every forward pass, and processes sample unequal numbers
        sampler = CachedSampler(accelerator.unwrap_model(scorer), settings, generator)
    was_training = scorer.training
    scorer.eval()
    plays = play_all(starts, sampler, job.chat, name=job.config.name)
    sampler.finish()
    scorer.train(was_training)
    return plays


def _in_any(accelerator: Accelerator, here: bool) -> bool:
    """Whether something holds in any process."""
    return float(sum_tensor(accelerator, torch.tensor(float(here)))) > 0
