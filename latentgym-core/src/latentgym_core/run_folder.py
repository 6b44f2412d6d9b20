"""A run on disk: append-only while it is played, the same bytes whenever it is complete.

config.toml          what the run plays; written once
trajectories.jsonl   one line per finished sequence; in canonical order once all are there
failed.jsonl         failed sequences that were played again
summary.json         metrics; a pure function of the trajectories
run.log              times, errors, tracebacks; an open run holds a lock on it
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from latentgym_core.errors import LatentGymError, SpecError, TrajectoryError
from latentgym_core.jsonl import TRAJECTORIES, to_line
from latentgym_core.run_config import Job, RunConfig
from latentgym_core.suite import format_config
from latentgym_core.trajectory import Trajectory

CONFIG = "config.toml"
FAILED = "failed.jsonl"
SUMMARY = "summary.json"
LOG = "run.log"
DRAFT = ".draft"
BEFORE_CONFIG = {LOG, CONFIG + DRAFT}
"""All that a run killed before its first write can leave behind."""


class RunFolder:
    """An open run folder; one process at a time. Use it as a context manager.

    Attributes:
        path: The folder.
        done: The jobs that need not be played any more.
        num_failed: How many sequences have failed since the folder was opened.

    Args:
        path: The folder, which exists.
        log: Its log, opened and locked.
        jobs: Every job of the run in canonical order.
    """

    def __init__(self, path: Path, log: IO[str], jobs: Sequence[Job]) -> None:
        self.path = path
        self.num_failed = 0
        self._log = log
        self._jobs = jobs
        self._spans: dict[Job, tuple[int, int]] = {}
        self._size = 0

    # ---- opening

    @classmethod
    def create(cls, path: Path, config: RunConfig) -> Self:
        """Begin a run in a new or empty folder.

        Args:
            path: The folder; parents are made.
            config: The resolved run.

        Raises:
            SpecError: The folder holds something already, or cannot be made.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SpecError(
                f"{path} cannot be a run folder ({error.strerror or error})."
            ) from error
        _check_empty(path)
        log = _locked_log(path)
        try:
            _check_empty(path)  # somebody may have been quicker before the lock was ours
            _replace(path / CONFIG, [format_config(config).encode()])
        except BaseException:
            log.close()
            raise
        folder = cls(path, log, config.jobs)
        folder._open([])
        return folder

    @classmethod
    def resume(cls, path: Path, config: RunConfig) -> Self:
        """Open a run that was begun: drops a torn line, sets failed sequences aside.

        Args:
            path: The folder.
            config: What its `config.toml` says.

        Raises:
            TrajectoryError: A line before the last is damaged, or not of this run.
        """
        log = _locked_log(path)
        try:
            folder = cls(path, log, config.jobs)
            folder._recover()
        except BaseException:
            log.close()
            raise
        return folder

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # a full disk was reported by the write that met it
            self._file.close()
        self._log.close()

    # ---- while it is played

    @property
    def done(self) -> frozenset[Job]:
        """The jobs that need not be played any more."""
        return frozenset(self._spans)

    def append(self, trajectory: Trajectory) -> None:
        """Write one trajectory so that a kill right after this call does not lose it."""
        line = encode(trajectory)
        self._file.write(line)
        self._file.flush()
        self._spans[Job.of(trajectory)] = (self._size, len(line))
        self._size += len(line)
        if trajectory.error is not None:
            self.num_failed += 1
            self.log(
                f"{Job.of(trajectory)} failed: {trajectory.error.kind}: {trajectory.error.message}"
            )

    def log(self, text: str) -> None:
        """Add a line with the time to `run.log`."""
        print(
            datetime.now(UTC).isoformat(timespec="milliseconds"), text, file=self._log, flush=True
        )
