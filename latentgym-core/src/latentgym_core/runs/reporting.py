"""The report of what was played in run folders, called by the name of its suite if it is one."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.runs.config import Job, RunConfig, fingerprint
from latentgym_core.runs.suite import CONFIG, read_config

if TYPE_CHECKING:
    from latentgym_core.metrics.records import Report


def report_of_runs(
    files: Sequence[Path], *, by: str = "env", baseline: str | None = None
) -> "Report":
    """Summarise the trajectories of several files together; see `metrics.build_report`.

    Args:
        files: Files of trajectories; the `config.toml` beside one says what was to be played.
        by: Axis of the groups.
        baseline: The agent the others are compared with.

    Raises:
        SpecError: No such axis or agent.
        TrajectoryError: A file cannot be read.
    """
    from latentgym_core.metrics.report import build_report

    finished: dict[Path, set[Job]] = {file: set() for file in files}

    def noted() -> Iterator[Trajectory]:
        for file in files:
            for each in read_trajectories(file):
                if each.error is None:
                    finished[file].add(Job.of(each))
                yield each

    report = build_report(noted(), by=by, baseline=baseline)
    played = {suite_played(_config(file.parent), jobs) for file, jobs in finished.items()}
    return evolve(report, suite=played.pop() if len(played) == 1 else "")


def suite_played(config: RunConfig | None, finished: Iterable[Job]) -> str:
    """`quick v1`; `part of quick v1 (30 of 420 sequences)`; empty for any other choice.

    A configuration that was edited after it was written is not what its label says.

    Args:
        config: The run as its folder has it.
        finished: What was played without an error.
    """
    if config is None or config.suite is None or config.suite.fingerprint != fingerprint(config):
        return ""
    done, jobs = set(finished), config.jobs
    num_done = sum(job in done for job in jobs)
    if num_done == len(jobs):
        return str(config.suite)
    return f"part of {config.suite} ({num_done} of {len(jobs)} sequences)"


def _config(folder: Path) -> RunConfig | None:
    with suppress(SpecError):  # recordings and hand-offs have none of this kind
        return read_config(folder / CONFIG)
    return None
