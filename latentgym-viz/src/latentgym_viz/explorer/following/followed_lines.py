"""A file of JSON lines that somebody may be writing: what is whole is read once and remembered."""

import gzip
import os
import stat
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Generic, TypeVar

from attrs import frozen

from latentgym_core.errors import TrajectoryError

T = TypeVar("T")
Lines = IO[bytes] | gzip.GzipFile
UNREADABLE = (OSError, EOFError, zlib.error, TrajectoryError)


@frozen
class Span:
    """Where a line lies in its file, in bytes."""

    start: int
    length: int


class FollowedLines(Generic[T]):
    """The whole lines of a file, as far as it is written.

    A line that cannot be read is left out and named in `problems`. A last line that is torn waits
    for its rest. A file that was replaced is read again from its beginning.

    Args:
        folder: The folder that is never left, not by a link either.
        name: The file in it; it may be absent.
        parse: Makes a value of a line, or raises ValueError.
    """

    def __init__(self, folder: Path, name: str, parse: Callable[[bytes], T]) -> None:
        self.values: list[tuple[Span, T]] = []
        self.problems: list[str] = []
        self._folder = folder.resolve()
        self._path = self._folder / name
        self._parse = parse
        self._state: tuple[int, ...] = ()
        self._forget()

    def refresh(self) -> bool:
        """Read what was written since; returns whether anything has changed."""
        try:
            with self.open() as file:
                state = _state(file)
                if state == self._state:
                    return False
                if state[:2] != self._state[:2] or not self._is_continued(file):
                    self._forget()
                self._state = state
                self._read_on(file)
        except FileNotFoundError:
            return False  # not there yet, or gone: what was read stays
        except UNREADABLE as error:
            problem = str(error)
            known = problem in self.problems
            self.problems = [problem]
            return not known
        return True

    def read(self, span: Span) -> bytes | None:
        """The line of a span; None if the file is no longer the one that was read."""
        try:
            with self.open() as file:
                if _state(file)[:2] != self._state[:2]:
                    return None
                file.seek(span.start)
                return file.read(span.length)
        except UNREADABLE:
            return None

    def open(self) -> Lines:
        """Open the file, which must be a regular one inside the folder.

        Raises:
            TrajectoryError: It is not.
            OSError: It cannot be opened.
        """
        where = self._path.resolve(strict=True)
        if not where.is_relative_to(self._folder):
            raise TrajectoryError(f"{self._path.name} is a link that leads out of its folder.")
        if not stat.S_ISREG(where.stat().st_mode):
            raise TrajectoryError(f"{self._path.name} is no file.")
        return gzip.open(where) if where.suffix == ".gz" else where.open("rb")

    def _forget(self) -> None:
        self.values, self.problems = [], []
        self._end, self._number, self._last = 0, 0, b""

    def _is_continued(self, file: Lines) -> bool:
        """Whether the last line that was read is still where it was."""
        file.seek(self._end - len(self._last))
        return file.read(len(self._last)) == self._last

    def _read_on(self, file: Lines) -> None:
        file.seek(self._end)
        for line in file:
            torn = not line.endswith(b"\n")
            try:
                value = self._parse(line) if line.strip() else None
            except (ValueError, RecursionError) as error:
                if torn:
                    return
                self.problems.append(f"{self._path.name} line {self._number + 1}: {error}")
            else:
                if value is not None:
                    self.values.append((Span(self._end, len(line)), value))
            self._end += len(line)
            self._number += not torn
            self._last = line


def _state(file: Lines) -> tuple[int, ...]:
    """Changes whenever the file does; the first two parts only when it is another file."""
    found = os.fstat(file.fileno())
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
