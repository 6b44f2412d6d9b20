"""What can go wrong while a run is under way, each in one sentence that says how to go on."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from latentgym_train.running.folder import TrainingFolder

OUT_OF_MEMORY = ("out of memory", "can't allocate memory")
SERIALIZERS = ("inline_container", "PytorchStreamWriter", "Error while serializing")
"""What Torch and Safetensors say of a file that the disk did not take; it is no `OSError`."""


def explain(error: Exception, folder: Path, num_processes: int | None) -> str | None:
    """The sentence for an error; None for one that is a mistake of the program.

    Args:
        error: What ended the run.
        folder: Of the run.
        num_processes: As on the command line.
    """
    on = how_to_go_on(folder, num_processes)
    if isinstance(error, OSError):
        where, reason = error.filename or folder, error.strerror or error
        return f"{where} cannot be written or read ({reason}). {on}"
    if is_lost_peer(error):
        reason = _first_line(error).rpartition("] ")[2].rstrip(".")
        return f"Another process of this run has ended ({reason}), so this one ends too. {on}"
    if isinstance(error, MemoryError) or any(words in str(error) for words in OUT_OF_MEMORY):
        return (
            f"There is not enough memory ({_first_line(error).rstrip('.')}); lower batch.micro in "
            f"{folder / 'config.toml'}, which changes nothing that is computed, or train a smaller "
            f"policy. {on}"
        )
    return None


@contextmanager
def serializing(path: Path) -> Iterator[None]:
    """Turn what Torch and Safetensors raise for a file that cannot be written into an `OSError`.

    Args:
        path: Named by it.
    """
    try:
        yield
    except Exception as error:
        if not any(words in str(error) for words in SERIALIZERS):
            raise
        reason = "the disk did not take a whole file; is it full?"
        raise OSError(errno.EIO, reason, str(path)) from error


def how_to_go_on(folder: Path, num_processes: int | None = None) -> str:
    """What is kept of a run, and the command that goes on with it."""
    place = TrainingFolder(folder)
    if not (folder / "config.toml").is_file():
        return "Nothing was begun; give the same command again."
    processes = f" --num-processes {num_processes}" if num_processes else ""
    kept = place.checkpoints()
    after = f"after {kept[-1].name}, the last checkpoint" if kept else "from the start"
    return f"`latentgym train --resume {folder}{processes}` goes on {after}."


def is_lost_peer(error: BaseException) -> bool:
    """Whether a process could not reach the others."""
    if isinstance(error, torch.distributed.DistError):
        return True
    return isinstance(error, RuntimeError) and "gloo" in str(error)


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
