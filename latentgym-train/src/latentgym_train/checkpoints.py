"""Checkpoints that resume exactly.

All chance in training is a function of the seed and the step, so that a checkpoint is the weights,
the optimizer, Torch's generators (dropout) and the position.
"""

import torch

from latentgym_train.folder import STAGES, Position
from latentgym_train.job import Job, Stopped
from latentgym_train.updates import sum_tensor


def save(job: Job, position: Position) -> None:
    """Write a checkpoint of everything Accelerate has prepared; on every process."""
    folder, accelerator = job.folder, job.accelerator
    if accelerator.is_main_process:
        folder.draft(position)
    accelerator.wait_for_everyone()
    draft = folder.checkpoint(position).with_name(f".{position.name}")
    accelerator.save_state(str(draft), safe_serialization=False)  # keeps tied weights as they are
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        folder.publish(position, job.config.run.keep)
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


def restore(job: Job, position: Position) -> None:
    """Load a checkpoint into everything Accelerate has prepared."""
    job.accelerator.load_state(str(job.folder.checkpoint(position)))


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
