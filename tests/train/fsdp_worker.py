"""One process of a sharded run on CPUs: `fsdp_worker.py CONFIG FOLDER [--resume]`.

Accelerate shards only where it sees GPUs. Here it is told that there are some, and given CPUs and
gloo instead; all that comes after, Accelerate's and Torch's FSDP included, is the real thing.
"""

import sys
from pathlib import Path

import torch
from accelerate import PartialState
from accelerate.utils import DistributedType

from latentgym_train.config.config_file import load_config
from latentgym_train.training import train

torch.set_num_threads(1)
torch.distributed.init_process_group("gloo")
PartialState._prepare_backend = lambda *_, **__: ("gloo", DistributedType.MULTI_GPU)
train(
    load_config(sys.argv[1]),
    Path(sys.argv[2]),
    resume="--resume" in sys.argv,
    num_processes=2,
    quiet=True,
)
