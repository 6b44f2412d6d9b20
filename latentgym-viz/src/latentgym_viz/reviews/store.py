"""Reviews as JSON lines next to the run: appended one by one, safe against a kill."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import is_torn, read_json_lines
from latentgym_core.records.serial import dump_line, from_data, to_sparse_data
from latentgym_viz.reviews.records import Review, Unit

REVIEWS = "reviews.jsonl"


def reviews_path(run: Path) -> Path:
    """Where the reviews of a run folder, or of a file of trajectories, are kept."""
    if run.is_dir():
        return run / REVIEWS
    return run.with_name(f"{run.name.removesuffix('.gz').removesuffix('.jsonl')}.{REVIEWS}")


def read_reviews(run: Path) -> list[Review]:
    """What every reviewer says now: the latest of each reviewer on each unit, in file order.

    Raises:
        TrajectoryError: A line before the last is damaged.
        SpecError: A line is no review.
    """
    path = reviews_path(run)
    if not path.is_file():
        return []
    latest: dict[tuple[Unit, str], Review] = {}
    for _, data in read_json_lines(path):
        review = from_data(Review, data)
        latest[review.unit, review.reviewer] = review
    return [each for each in latest.values() if not each.is_withdrawn]


def add_reviews(run: Path, reviews: Iterable[Review]) -> None:
    """Append reviews; several processes may do so at once.

    Raises:
        SpecError: The file cannot be written.
    """
    lines = "".join(dump_line(to_sparse_data(each)) + "\n" for each in reviews)
    path = reviews_path(run)
    try:
        with path.open("ab+") as file:
            _lock(file)
            _mend(file)
            file.write(lines.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SpecError(f"{path} cannot be written ({error.strerror or error}).") from error


def _lock(file: IO[bytes]) -> None:
    """Keep other writers out until the file is closed."""
    with suppress(ImportError):  # Windows has no flock: there, nobody guards the file
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)


def _mend(file: IO[bytes]) -> None:
    """End a last line that a kill has torn: keep it if it is whole, else cut it off."""
    file.seek(0)
    content = file.read()
    last = content.rpartition(b"\n")[2]
    if not last:
        return
    if is_torn(last):
        file.truncate(len(content) - len(last))
    else:
        file.write(b"\n")
