"""Devices and processes: what Accelerate finds, and whether it is what was asked for."""

import os
import warnings
from pathlib import Path
from typing import Any

import torch

from latentgym_core.errors import MissingDependencyError, SpecError
from latentgym_train.config.config import Config


def make_accelerator(config: Config, folder: Path) -> Any:
    """Accelerate's view of devices and processes.

    Raises:
        SpecError: The machine cannot do what the configuration or the launcher asks for.
        MissingDependencyError: The tracker is not installed.
    """
    from accelerate import Accelerator
    from accelerate.utils import ProjectConfiguration

    tracker = config.run.tracker
    several = int(os.environ.get("WORLD_SIZE", "1")) > 1
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*no supported trackers")  # said below
            accelerator = Accelerator(
                # Without a GPU, processes find each other only if Accelerate is told so.
                cpu=several and not torch.cuda.is_available(),
                mixed_precision=config.run.mixed_precision,
                log_with=None if tracker == "none" else tracker,
                project_config=ProjectConfiguration(str(folder), logging_dir=str(folder)),
            )
    except (ValueError, ImportError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise SpecError(f"Accelerate cannot begin ({reason}); look at [run].") from error
    if tracker != "none" and not accelerator.log_with:
        raise MissingDependencyError(
            f"run.tracker is {tracker}, which is not installed; run `pip install {tracker}`, or "
            f'set run.tracker = "none".'
        )
    return accelerator


SHARDED = ("FSDP", "DEEPSPEED", "MEGATRON_LM")


def is_sharded(accelerator: Any) -> bool:
    """Whether no process has all weights."""
    return str(accelerator.distributed_type).rpartition(".")[2] in SHARDED


def check_processes(config: Config, accelerator: Any, asked: int | None) -> None:
    """Check that as many processes run as were asked for, and that they can share the work.

    Raises:
        SpecError: They do not.
    """
    here = accelerator.num_processes
    if asked is not None and here != asked:
        raise SpecError(
            f"{asked} processes were asked for and {here} runs; `accelerate launch --cpu` starts "
            f"one, so use `latentgym train --num-processes {asked}`, or `accelerate launch "
            f"--multi_gpu`."
        )
    check_shares(config, here)
    if config.policy.lora_rank and is_sharded(accelerator):
        raise SpecError(
            "Adapters cannot be merged into weights that are sharded: set policy.lora_rank = 0, or "
            "keep the whole policy on each device, as accelerate/multi-gpu.yaml does."
        )


def check_shares(config: Config, num_processes: int) -> None:
    """Check that so many processes can share the work.

    Raises:
        SpecError: They cannot.
    """
    for name, size in _shared_sizes(config).items():
        if size % num_processes:
            raise SpecError(f"{name} is {size}; it is a multiple of the {num_processes} processes.")


def _shared_sizes(config: Config) -> dict[str, int]:
    sizes = {}
    if config.sft is not None:
        sizes["sft.sequences"] = config.sft.sequences
    if config.rl is not None:
        sizes["rl.minibatch"] = config.rl.minibatch
        sizes["rl.sequences / rl.group"] = config.rl.sequences // config.rl.group
    return sizes
