"""Find recorded sequences in files and folders, ours and published ones."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from attrs import frozen

from latentgym_core.errors import LatentGymError, TrajectoryError
from latentgym_core.recordings.published import PublishedRecording, is_published, read_published
from latentgym_core.records.jsonl import TRAJECTORIES, read_json_lines, read_trajectories
from latentgym_core.records.trajectory import Trajectory

SUFFIXES = (".json", ".jsonl", ".json.gz", ".jsonl.gz")
LINES = (".jsonl", ".jsonl.gz")


@frozen(kw_only=True)
class Found:
    """One recorded sequence, or why it could not be read.

    Attributes:
        where: File and line, or file alone.
        record: The sequence; None if it is damaged.
        problem: Why it could not be read.
    """

    where: str
    record: PublishedRecording | Trajectory | None = None
    problem: str = ""


def find_recordings(paths: Iterable[Path], variant: str = "") -> Iterator[Found]:
    """Read recordings one at a time, so that thousands of files need no memory.

    Args:
        paths: Files, run folders, or folders of any depth. In a folder, files that hold something
            else (an index, a manifest) are passed over.
        variant: The variant of published recordings that name none.

    Raises:
        TrajectoryError: A path does not exist.
    """
    for path in paths:
        if path.is_dir():
            for file in _files(path):
                yield from _read(file, variant, named=False)
        elif path.exists():
            yield from _read(path, variant, named=True)
        else:
            raise TrajectoryError(f"There is no file or folder {path}.")


def _files(folder: Path) -> list[Path]:
    run = folder / TRAJECTORIES
    if run.exists():
        return [run]
    return sorted(file for file in folder.rglob("*") if file.name.endswith(SUFFIXES))


def _read(path: Path, variant: str, *, named: bool) -> Iterator[Found]:
    try:
        if _is_ours(path):
            for number, trajectory in enumerate(read_trajectories(path), start=1):
                yield Found(where=f"{path}:{number}", record=trajectory)
            return
        for where, data in _values(path):
            if is_published(data):
                yield _translate(data, where, variant)
            elif named:
                yield Found(where=where, problem="It is no recording that this version knows.")
    except TrajectoryError as error:
        yield Found(where=str(path), problem=str(error))
    except (EOFError, zlib.error) as error:  # what gzip raises is not always an OSError
        yield Found(where=str(path), problem=f"{path} is damaged ({error}).")


def _translate(data: Any, where: str, variant: str) -> Found:
    try:
        return Found(where=where, record=read_published(data, where, variant))
    except LatentGymError as error:
        return Found(where=where, problem=str(error))


def _is_ours(path: Path) -> bool:
    if not path.name.endswith(LINES):
        return False
    first = next(read_json_lines(path), (0, None))[1]
    return isinstance(first, dict) and "schema_version" in first


def _values(path: Path) -> Iterator[tuple[str, Any]]:
    if path.name.endswith(LINES):
        for number, data in read_json_lines(path):
            yield f"{path}:{number}", data
        return
    opener = gzip.open if path.suffix == ".gz" else Path.open
    try:
        with opener(path, "rb") as file:
            yield str(path), json.load(file)
    except (OSError, ValueError) as error:
        raise TrajectoryError(f"{path} is no JSON file ({error}).") from error
