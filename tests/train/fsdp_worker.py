"""A sharded run in two processes on CPUs: `fsdp_worker.py CONFIG FOLDER [--resume]`.

Accelerate shards only where it sees GPUs. Here it is told that there are some, and given CPUs and
gloo instead; all that comes after, Accelerate's and Torch's FSDP included, is the real thing.
"""

import sys
from pathlib import Path

import torch
import torch.distributed.fsdp
from accelerate import PartialState
from accelerate.utils import DistributedType
from ranks import run_in_ranks

from latentgym_train.config.config_file import load_config
from latentgym_train.training import train


def work():
    """What each of them does."""
    torch.distributed.init_process_group("gloo")
    PartialState._prepare_backend = lambda *_, **__: ("gloo", DistributedType.MULTI_GPU)
    train(
        load_config(sys.argv[1]),
        Path(sys.argv[2]),
        resume="--resume" in sys.argv,
        num_processes=2,
        quiet=True,
    )


torch.set_num_threads(1)
sys.exit(run_in_ranks(work))
