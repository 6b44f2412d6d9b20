"""Start several processes that train together on this machine, and end them together.

Accelerate's own launcher starts a single process on a CPU whatever number it is told, and Torch's
ends with a page of tracebacks; here whoever fails says why in one sentence, and nobody is left
waiting for a process that is gone.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from latentgym_core.cli import INTERRUPTED
from latentgym_core.cli.shown.console import say

COMMAND = (sys.executable, "-m", "latentgym_train")
Worker = subprocess.Popen[bytes]
LOST_PEER = 3
"""Exit code of a process that ends because another one has."""
POLL_SECONDS = 0.1
GRACE_SECONDS = 30.0
"""What processes get to end by themselves once one of them has."""
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def launch(arguments: Sequence[str], num_processes: int) -> int:
    """Run `latentgym train` in so many processes.

    They are sessions of their own, so that a Ctrl-C reaches each of them once: from here.

    Args:
        arguments: Of the command, with its `--num-processes`.
        num_processes: How many.

    Returns:
        0, or the exit code of the process that failed first.
    """
    with tempfile.TemporaryDirectory() as temporary:
        logs = [Path(temporary) / f"{rank}.log" for rank in range(num_processes)]
        shared = _meeting_point(num_processes)
        workers: list[Worker] = []
        with _signals_handed_on(workers):
            try:
                workers += (_start(arguments, rank, shared, log) for rank, log in enumerate(logs))
                first = _wait(workers)
            finally:
                _kill(workers)  # nobody is left, unless something went wrong here
        if first is None:
            return 0
        code = workers[first].returncode
        if first and code != INTERRUPTED:
            say(f"process {first} ended: {_last_words(logs[first], code)}")
        return 1 if code < 0 or code == LOST_PEER else code


def _meeting_point(num_processes: int) -> dict[str, str]:
    """What all processes are told."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    threads = max(1, (os.cpu_count() or 1) // num_processes)
    return {
        "OMP_NUM_THREADS": str(threads),
        **os.environ,
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": str(num_processes),
        "LOCAL_WORLD_SIZE": str(num_processes),
    }


def _start(arguments: Sequence[str], rank: int, shared: dict[str, str], log: Path) -> Worker:
    """The first process speaks for all; what others say is kept in case they fail."""
    with log.open("wb") as said:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env={**shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdin=subprocess.DEVNULL,
            stdout=None if rank == 0 else said,
            stderr=None if rank == 0 else said,
            start_new_session=True,
        )


@contextmanager
def _signals_handed_on(workers: Sequence[Worker]) -> Iterator[None]:
    def hand_on(number: int, _: Any) -> None:
        for worker in workers:
            if worker.poll() is None:
                worker.send_signal(number)

    chosen = [getattr(signal, name) for name in SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, hand_on) for number in chosen}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _wait(workers: Sequence[Worker]) -> int | None:
    """Wait for all; returns who was the first to end otherwise than well."""
    first, deadline = None, float("inf")
    while any(worker.poll() is None for worker in workers):
        first = _failed(workers) if first is None else first
        if first is not None:
            deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
        if time.monotonic() > deadline:
            _kill(workers)
        time.sleep(POLL_SECONDS)
    return _failed(workers) if first is None else first


def _failed(workers: Sequence[Worker]) -> int | None:
    """Who has ended otherwise than well; of several, one that had not just lost another."""
    failed = [rank for rank, worker in enumerate(workers) if worker.poll()]
    own = [rank for rank in failed if workers[rank].returncode != LOST_PEER]
    return next(iter([*own, *failed]), None)


def _kill(workers: Sequence[Worker]) -> None:
    for worker in workers:
        worker.kill()


def _last_words(log: Path, code: int) -> str:
    if code < 0:
        return f"killed by signal {-code}"
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {code}"
