"""Trajectories by number: only where the lines are is kept, so that thousands open at once."""

import gzip
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from latentgym_core.errors import TrajectoryError
from latentgym_core.records.jsonl import TRAJECTORIES, is_torn
from latentgym_core.records.serial import from_data
from latentgym_core.records.trajectory import SCHEMA_VERSION, Trajectory

AGENT = re.compile(rb'"agent":("(?:[^"\\]|\\.)*")')
EARLY = 4096
"""Bytes of a line in which its agent is named."""


@frozen
class _Place:
    """A line of a file."""

    path: Path
    run: Path
    start: int
    length: int
    agent: str


class Shelf:
    """The trajectories of some runs.

    Args:
        runs: Run folders or `.jsonl[.gz]` files.

    Raises:
        TrajectoryError: A file cannot be read.
    """

    def __init__(self, runs: Sequence[Path]) -> None:
        self._places = [place for run in runs for place in _places(run)]

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Trajectory:
        """Read one trajectory.

        Raises:
            TrajectoryError: The line is damaged, or of another schema.
        """
        place = self._places[index]
        try:
            data = json.loads(_read(place))
            version = data.get("schema_version") if isinstance(data, dict) else None
            if version == SCHEMA_VERSION:
                return from_data(Trajectory, data)
        except ValueError as error:
            raise TrajectoryError(f"{place.path}, sequence {index + 1}: {error}") from error
        raise TrajectoryError(
            f"{place.path}, sequence {index + 1} has schema {version!r}; this version reads "
            f"{SCHEMA_VERSION}."
        )

    @property
    def agents(self) -> list[str]:
        """Everybody who has played, each once."""
        return list(dict.fromkeys(place.agent for place in self._places if place.agent))

    def run(self, index: int) -> Path:
        """The run, as it was named, that a trajectory is from."""
        return self._places[index].run


def _places(run: Path) -> list[_Place]:
    """Where every whole line is."""
    path = run / TRAJECTORIES if run.is_dir() else run
    places, start = [], 0
    try:
        with _opened(path) as file:
            for line in file:
                if line.strip() and not is_torn(line):
                    places.append(_Place(path, run, start, len(line), _agent(line)))
                start += len(line)
    except OSError as error:
        raise TrajectoryError(f"{path} cannot be read ({error.strerror or error}).") from error
    return places


def _read(place: _Place) -> bytes:
    with _opened(place.path) as file:
        file.seek(place.start)
        return file.read(place.length)


def _opened(path: Path) -> BinaryIO | gzip.GzipFile:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _agent(line: bytes) -> str:
    """Who played, without reading the whole line; empty if it does not say so early."""
    found = AGENT.search(line, 0, EARLY)
    return str(json.loads(found[1])) if found else ""
