"""Trajectories as JSON lines: append-only, safe against a kill in the middle of a line."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from latentgym_core.errors import TrajectoryError
from latentgym_core.records.serial import dump_line, from_data, to_sparse_data
from latentgym_core.records.trajectory import SCHEMA_VERSION, Trajectory
from latentgym_core.records.whole_files import write_whole

TRAJECTORIES = "trajectories.jsonl"


def to_line(trajectory: Trajectory) -> str:
    """One line of JSON, newline included; the schema version comes first."""
    data = {"schema_version": trajectory.schema_version, **to_sparse_data(trajectory)}
    return dump_line(data) + "\n"


def write_trajectories(path: Path, trajectories: Iterable[Trajectory]) -> None:
    """Write a whole file at once: it is complete or absent, never half there."""
    write_whole(path, map(to_line, trajectories))


def read_trajectories(path: Path) -> Iterator[Trajectory]:
    """Read a run folder or a `.jsonl[.gz]` file of our own records.

    A last line without a newline was torn by a kill and is left out.

    Raises:
        TrajectoryError: A damaged line before the last, or a newer schema.
    """
    for number, data in read_json_lines(_file(path)):
        version = data.get("schema_version") if isinstance(data, dict) else None
        if version != SCHEMA_VERSION:
            raise TrajectoryError(
                f"{path} line {number} has schema {version!r}; this version reads "
                f"{SCHEMA_VERSION}. `latentgym replay FILE` reads published recordings."
            )
        try:
            yield from_data(Trajectory, data)
        except ValueError as error:
            raise TrajectoryError(f"{path} line {number}: {error}") from error


def read_json_lines(path: Path) -> Iterator[tuple[int, Any]]:
    """Line number (from 1) and value of every whole line.

    Raises:
        TrajectoryError: The file is absent, or a line before the last is no JSON.
    """
    opener = gzip.open if path.suffix == ".gz" else Path.open
    try:
        with opener(path, "rb") as file:
            for number, line in enumerate(file, start=1):
                if is_torn(line):
                    return
                if line.strip():
                    yield number, _parse(path, number, line)
    except FileNotFoundError as error:
        if path.name != TRAJECTORIES or not path.parent.is_dir():
            raise TrajectoryError(f"There is no file {path}.") from error
        raise TrajectoryError(
            f"{path.parent} holds no {TRAJECTORIES}, so nothing was played there; `latentgym eval "
            f"ID --agent AGENT` plays something."
        ) from error
    except OSError as error:
        raise TrajectoryError(f"{path} cannot be read ({error.strerror or error}).") from error


def is_torn(line: bytes) -> bool:
    """Whether a kill has cut a line off: without its newline, and no JSON."""
    if line.endswith(b"\n"):
        return False
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


def _file(path: Path) -> Path:
    return path / TRAJECTORIES if path.is_dir() else path


def _parse(path: Path, number: int, line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise TrajectoryError(f"{path} line {number} is no JSON ({error}).") from error
