"""A run on disk: append-only while it is played, the same bytes whenever it is complete.

config.toml          what the run plays; written once
trajectories.jsonl   one line per finished sequence; in canonical order once all are there
failed.jsonl         failed sequences that were played again
summary.json         metrics; a pure function of the trajectories and of config.toml
run.log              times, errors, tracebacks; an open run holds a lock on it
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from latentgym_core.errors import LatentGymError, SpecError, TrajectoryError
from latentgym_core.records.jsonl import TRAJECTORIES, to_line
from latentgym_core.records.serial import dump_document, to_data
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.records.whole_files import is_free, write_whole
from latentgym_core.runs.config import Job, RunConfig
from latentgym_core.runs.reporting import report_of_runs
from latentgym_core.runs.suite import CONFIG as CONFIG
from latentgym_core.runs.suite import format_config

if TYPE_CHECKING:
    from latentgym_core.metrics.records import Report

FAILED = "failed.jsonl"
SUMMARY = "summary.json"
LOG = "run.log"


class RunFolder:
    """A run folder that is open for writing; `create_run` and `resume_run` open one.

    Args:
        path: The folder.
        log: Its log, open and locked.
        config: The resolved run.
        kept: The lines it begins with; all others are dropped.
    """

    def __init__(
        self, path: Path, log: IO[str], config: RunConfig, kept: Mapping[Job, bytes]
    ) -> None:
        self.path = path
        self.jobs = config.jobs
        self.num_failed = 0
        self._log = log
        self._spans: dict[Job, tuple[int, int]] = {}  # where in the file the line of a job lies
        self._size = 0
        _replace(path / TRAJECTORIES, kept.values())
        for job, line in kept.items():
            self._remember(job, line)
        self._file = (path / TRAJECTORIES).open("ab")

    def close(self) -> None:
        """Close the trajectories."""
        with suppress(OSError):  # what could not be written was reported when it was tried
            self._file.close()

    @property
    def missing(self) -> tuple[Job, ...]:
        """The jobs that are still to be played, in canonical order."""
        return tuple(job for job in self.jobs if job not in self._spans)

    def append(self, trajectory: Trajectory) -> None:
        """Write one trajectory; once this returns, killing the process does not lose it.

        A failure is counted, and told in `run.log`.

        Raises:
            LatentGymError: It cannot be written.
        """
        # A lone surrogate in a reply is no UTF-8, but written as an escape it is JSON.
        line = to_line(trajectory).encode("utf-8", "backslashreplace")
        with _writing(self.path / TRAJECTORIES):
            self._file.write(line)
            self._file.flush()
        self._remember(Job.of(trajectory), line)
        if (error := trajectory.error) is not None:
            self.num_failed += 1
            self.log(f"{Job.of(trajectory)} failed: {error.kind}: {error.message}")

    def log_crash(self, job: Job, trace: str) -> None:
        """Add the traceback of a sequence that an unexpected error ended."""
        self.log(f"{job} crashed:\n{trace}")

    def log(self, text: str) -> None:
        """Add a line with the time to `run.log`."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        with suppress(OSError):  # a disk too full for the log is no reason to end the run
            print(time, text, file=self._log, flush=True)

    def finish(self) -> "Report":
        """Put the complete run in canonical order and write its summary."""
        with (self.path / TRAJECTORIES).open("rb") as file:
            _replace(self.path / TRAJECTORIES, (self._line(file, job) for job in self.jobs))
        return write_summary(self.path)

    def _remember(self, job: Job, line: bytes) -> None:
        self._spans[job] = (self._size, len(line))
        self._size += len(line)

    def _line(self, file: IO[bytes], job: Job) -> bytes:
        start, length = self._spans[job]
        file.seek(start)
        return file.read(length)


@contextmanager
def create_run(path: Path, config: RunConfig) -> Iterator[RunFolder]:
    """Begin a run in a new or empty folder.

    Args:
        path: The folder; parents are made.
        config: The resolved run.

    Raises:
        SpecError: The folder holds something already, or cannot be made.
        LatentGymError: Another process has it open.
    """
    with _making(path):
        path.mkdir(parents=True, exist_ok=True)
    _check_empty(path)
    with _locked_log(path) as log:
        _check_empty(path)  # somebody may have been quicker before the lock was ours
        _replace(path / CONFIG, format_config(config))
        with closing(RunFolder(path, log, config, {})) as folder:
            yield folder


@contextmanager
def resume_run(path: Path, config: RunConfig) -> Iterator[RunFolder]:
    """Open a run that was begun: a torn line is dropped, failed sequences are set aside.

    Args:
        path: The folder.
        config: What its `config.toml` says.

    Raises:
        TrajectoryError: A line before the last is damaged, or is not of this run.
        LatentGymError: Another process has it open.
    """
    with _locked_log(path) as log:
        kept, failed = _recover(path, config)
        if failed:
            _set_aside(path / FAILED, failed)
        (path / SUMMARY).unlink(missing_ok=True)
        with closing(RunFolder(path, log, config, kept)) as folder:
            yield folder


def write_summary(path: Path) -> "Report":
    """Measure the trajectories of a folder and write `summary.json`; returns what it says."""
    report = report_of_runs([path / TRAJECTORIES])
    _replace(path / SUMMARY, dump_document(to_data(report)))
    return report


def default_path(config: RunConfig, now: datetime) -> Path:
    """Where a run goes that was not told: `runs/<env>--<agent>/<time>`.

    Args:
        config: The resolved run.
        now: Its beginning, with a time zone.
    """
    ids = [each.id for each in config.environments]
    env = _slug(ids[0]) if len(ids) == 1 else f"{len(ids)}-environments"
    agents = config.agents
    agent = _slug(agents[0]) if len(agents) == 1 else f"{len(agents)}-agents"
    time = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return Path(os.environ.get("LATENTGYM_RUNS", "runs"), f"{env}--{agent}", time)


def claim_default_path(config: RunConfig, now: datetime) -> Path:
    """Make the folder of a run that was not told where to go.

    Making it is what claims it, so that runs begun in one second get folders of their own; those
    that come later are numbered.

    Args:
        config: The resolved run.
        now: Its beginning, with a time zone.

    Raises:
        SpecError: It cannot be made.
    """
    first = path = default_path(config, now)
    number = 1
    while True:
        with suppress(FileExistsError), _making(path):
            path.mkdir(parents=True)
            return path
        number += 1
        path = first.with_name(f"{first.name}-{number}")


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._+=]+", "-", text).strip("-")[:100]


def _check_empty(path: Path) -> None:
    if not is_free(path, but=(LOG,)):  # a run killed before its first write leaves its log
        raise SpecError(
            f"{path} is not empty: --resume {path} continues a run that was begun there, "
            f"and a new run takes another --out."
        )


def _locked_log(path: Path) -> IO[str]:
    """Open the log and lock it; the system releases the lock however the process ends."""
    with _writing(path / LOG):
        log = (path / LOG).open("a", encoding="utf-8", errors="backslashreplace")
    try:
        import fcntl
    except ImportError:  # Windows has no flock: there, nobody guards the folder
        return log
    try:
        fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        log.close()
        raise LatentGymError(
            f"{path} is in use by another process; wait for it, or choose another --out."
        ) from error
    return log


def _recover(path: Path, config: RunConfig) -> tuple[dict[Job, bytes], list[bytes]]:
    """The lines that stay and the lines of failed sequences."""
    kept: dict[Job, bytes] = {}
    failed: list[bytes] = []
    jobs = set(config.jobs)
    for number, job, has_failed, line in _read_lines(path / TRAJECTORIES):
        if job not in jobs:
            raise TrajectoryError(
                f"{path / TRAJECTORIES} line {number} ({job}) is not of the run that {CONFIG} "
                f"describes: restore the one or move the other."
            )
        if has_failed:
            failed.append(line)
        else:
            kept.setdefault(job, line)
    return kept, failed


def _read_lines(path: Path) -> Iterator[tuple[int, Job, bool, bytes]]:
    """Line number, job, whether it failed, and the bytes of every whole line."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                data = json.loads(line)
                job = Job(data["env_id"], data["agent"], data["seed"])
            except (ValueError, TypeError, KeyError) as error:
                if not line.endswith(b"\n"):
                    return
                raise TrajectoryError(f"{path} line {number} is no trajectory.") from error
            yield number, job, data.get("error") is not None, line.removesuffix(b"\n") + b"\n"


def _set_aside(path: Path, lines: Iterable[bytes]) -> None:
    """Append lines that are not there yet: a kill may have come before they left the run."""
    there = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    _replace(path, dict.fromkeys([*there, *lines]))


def _replace(path: Path, content: str | Iterable[bytes]) -> None:
    """Write a whole file at once."""
    with _writing(path):
        write_whole(path, content)


@contextmanager
def _making(path: Path) -> Iterator[None]:
    """Say in one sentence that a folder cannot be made, unless something is there already."""
    try:
        yield
    except OSError as error:
        if isinstance(error, FileExistsError) and path.is_dir():
            raise
        raise SpecError(f"{path} cannot be made ({error.strerror or error}).") from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say in one sentence that a file cannot be written."""
    try:
        yield
    except OSError as error:
        raise LatentGymError(
            f"{path} cannot be written ({error.strerror or error}); "
            f"once it can, --resume {path.parent} carries on from what is there."
        ) from error
