"""Runs `latentgym` in forks of one process, which has imported what takes seconds.

Each line of stdin is an order, a JSON object with `words`, `folder`, `variables`, `said` (a file
that gets stdout and stderr) and `until`; the answer is a line with the exit code. A command that
would go on for ever gets a Ctrl-C as soon as it has said `until`.
"""

import importlib
import json
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from latentgym_core.cli import main

SLOW = (
    *("numpy", "rich.console", "openai", "transformers.models.llama.modeling_llama"),
    *("latentgym_train.training", "latentgym_train.comparison.comparing", "altair", "vl_convert"),
)
LIMIT_SECONDS = 300
"""After which a command that hangs is killed."""


def serve() -> None:
    """Carry out orders until there are no more."""
    for name in SLOW:
        with suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            carry_out(order)
        print(wait(child, order), flush=True)


def wait(child: int, order: dict[str, Any]) -> int:
    """The exit code of a command, which is interrupted once it has said enough."""
    said = Path(order["said"])
    while order["until"] and order["until"].encode() not in said.read_bytes():
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    if order["until"]:
        os.kill(child, signal.SIGINT)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def carry_out(order: dict[str, Any]) -> None:
    """Run a command as a process of its own would; never returns."""
    code = 70
    signal.alarm(LIMIT_SECONDS)
    try:
        os.chdir(order["folder"])
        os.environ.update(order["variables"])
        sys.path[:0] = order["variables"].get("PYTHONPATH", "").split(os.pathsep)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        sys.argv = ["latentgym", *order["words"]]
        main(order["words"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
