"""What the stages of a training run share."""

from typing import Any

from attrs import frozen

from latentgym_train.config.config import Config
from latentgym_train.playing.chat import ChatFormat
from latentgym_train.policies.policy import Policy
from latentgym_train.running.folder import TrainingFolder
from latentgym_train.running.reporting import Reporter
from latentgym_train.running.stopping import StopRequest
from latentgym_train.sequences.data import TrainingStream
from latentgym_train.sequences.streams import Streams


@frozen(kw_only=True)
class Job:
    """A training run that is ready to go.

    Attributes:
        config: What it does.
        accelerator: Owns devices, processes, precision and trackers.
        policy: What is trained.
        chat: How its messages become tokens.
        streams: Draws sequences.
        training: The sequences to reinforce on.
        lessons: The sequences to imitate on, see `data.lessons_for`.
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
    lessons: TrainingStream
    folder: TrainingFolder
    reporter: Reporter
    stop: "StopRequest"
