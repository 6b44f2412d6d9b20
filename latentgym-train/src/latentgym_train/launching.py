"""Start several processes that train together on this machine."""

import subprocess
import sys
import tempfile
from pathlib import Path

from latentgym_train.config import Config
from latentgym_train.config_file import format_config


def launch(out: Path, config: Config, num_processes: int, *, resume: bool) -> int:
    """Run `latentgym train` in so many processes; returns their exit code.

    Torch's own launcher is used, because `accelerate launch --cpu` starts a single process whatever
    number it is told.

    Args:
        out: Folder of the run.
        config: What is trained.
        num_processes: How many.
        resume: Whether the run goes on.
    """
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "config.toml"
        file.write_text(format_config(config), "utf-8")
        what = ["--resume", str(out)] if resume else [str(file), "--out", str(out)]
        command = [
            *(sys.executable, "-m", "torch.distributed.run", "--standalone"),
            *("--nproc-per-node", str(num_processes), "-m", "latentgym_train", *what),
            *("--num-processes", str(num_processes)),
        ]
        return subprocess.run(command, check=False).returncode
