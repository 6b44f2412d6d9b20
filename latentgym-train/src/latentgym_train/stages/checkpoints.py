"""Checkpoints that resume exactly.

All chance in training is a function of the seed and the step, so that a checkpoint is the weights,
the optimizer, Torch's generators (dropout) and the position.
"""

import torch

from latentgym_core.errors import SpecError
from latentgym_core.records.whole_files import remove
from latentgym_core.wording import counted
from latentgym_train.learning.updates import sum_tensor
from latentgym_train.running.faults import serializing
from latentgym_train.running.folder import STAGES, Position
from latentgym_train.running.stopping import Stopped
from latentgym_train.stages.job import Job


def save(job: Job, position: Position) -> None:
    """Write a checkpoint of everything Accelerate has prepared; on every process.

    Raises:
        OSError: It could not be written; the one before stays.
    """
    folder, accelerator = job.folder, job.accelerator
    draft = folder.draft(position)
    try:
        if accelerator.is_main_process:
            folder.begin_draft(position)
        accelerator.wait_for_everyone()
        with serializing(folder.checkpoint(position)):
            # Safetensors would not keep weights tied.
            accelerator.save_state(str(draft), safe_serialization=False)
        accelerator.wait_for_everyone()
        if accelerator.is_main_process:
            folder.publish(position, job.config.run.keep)
    except BaseException:
        if accelerator.is_main_process:
            remove(draft)
        raise
    accelerator.wait_for_everyone()


def save_if_due(job: Job, position: Position, last: int) -> None:
    """Write a checkpoint at the intervals of the run, at the end of a stage, or when asked to stop.

    Raises:
        Stopped: Somebody asked to stop; the checkpoint is written.
    """
    every = job.config.run.save_every
    stop = _agreed(job)
    if stop or position.step == last or (every and position.step % every == 0):
        save(job, position)
    if stop:
        raise Stopped


def stop_if_asked(job: Job) -> None:
    """Stop where there is nothing to save; on every process.

    Raises:
        Stopped: Somebody asked to.
    """
    if _agreed(job):
        raise Stopped


def restore(job: Job, position: Position) -> None:
    """Load a checkpoint into everything Accelerate has prepared.

    Raises:
        SpecError: It is damaged, or of another policy.
    """
    path = job.folder.checkpoint(position)
    before = len(list(path.glob("random_states_*.pkl")))
    if before != job.accelerator.num_processes:
        job.reporter.say(
            f"The run had {counted(before, 'process', 'processes')} and goes on with "
            f"{job.accelerator.num_processes}: it draws other replies than it would have."
        )
    try:
        job.accelerator.load_state(str(path))
    except torch.OutOfMemoryError:
        raise
    except Exception as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise SpecError(
            f"The checkpoint {path} cannot be loaded ({reason}); remove it, and "
            f"`latentgym train --resume {job.folder.path}` goes on from the one before."
        ) from error


def latest(job: Job) -> Position | None:
    """The newest whole checkpoint."""
    found = job.folder.checkpoints()
    return found[-1] if found else None


def steps_done(position: Position | None, stage: str) -> int | None:
    """Steps of a stage that a checkpoint has behind it; None if it is of another stage."""
    if position is None or STAGES[position.stage] != stage:
        return None
    return position.step


def _agreed(job: Job) -> bool:
    """Whether any process was asked to stop."""
    return float(sum_tensor(job.accelerator, torch.tensor(float(job.stop.asked)))) > 0
