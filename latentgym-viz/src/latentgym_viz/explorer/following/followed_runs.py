"""All runs that are looked at, followed while they are written."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from threading import Lock

from attrs import field, frozen

from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.inference.folder import INFERENCE
from latentgym_core.records.jsonl import TRAJECTORIES
from latentgym_core.runs.config import RunConfig
from latentgym_core.runs.folder import SUMMARY
from latentgym_viz.explorer.following.followed_lines import FollowedLines, Span
from latentgym_viz.explorer.following.rows import Finding, Played, Row, read_finding, read_row
from latentgym_viz.explorer.following.run_sources import RunSource
from latentgym_viz.reading.run_command import read_run_config


@frozen(kw_only=True)
class Entry:
    """A played sequence in the library.

    Attributes:
        key: Names it in links; the same whenever the run is read.
        run: Position of its run.
        row: What the index keeps of it.
        span: Its line in the file of trajectories.
        finding: What the index keeps of its analysis, if there is one.
        analysis: The line of its analysis.
    """

    key: str
    run: int
    row: Row
    span: Span
    finding: Finding | None = None
    analysis: Span | None = None


@frozen(kw_only=True)
class RunState:
    """What is known of a run as a whole.

    Attributes:
        name: See `RunSource`.
        num_planned: Sequences it is going to have; None if nothing says so.
        is_live: Whether more are to be expected.
        problems: What could not be read, in sentences.
    """

    name: str
    num_planned: int | None
    is_live: bool
    problems: tuple[str, ...]


@frozen(kw_only=True)
class Snapshot:
    """The library at one moment.

    Attributes:
        version: Another number whenever anything has changed.
        runs: All runs.
        entries: All sequences, run by run, in file order.
    """

    version: int
    runs: tuple[RunState, ...]
    entries: tuple[Entry, ...]
    by_key: Mapping[str, Entry] = field(init=False, repr=False)

    @by_key.default
    def _by_key(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in self.entries}


@frozen
class StoredPlay:
    """Where a sequence is from, its line, and the line of its analysis if there is one."""

    entry: Entry
    source: RunSource
    trajectory: bytes
    analysis: bytes | None


class FollowedRun:
    """A run folder that may be growing.

    Args:
        source: Where it lies.
    """

    def __init__(self, source: RunSource) -> None:
        self.source = source
        self.trajectories = FollowedLines(source.folder, source.file, read_row)
        self.analyses = FollowedLines(source.folder, INFERENCE, read_finding)
        self.is_complete = False

    @cached_property
    def config(self) -> RunConfig | None:
        """How it was begun; None if it was imported, or nothing says."""
        return read_run_config(self.source.folder) if self.source.file == TRAJECTORIES else None

    @property
    def hand_off(self) -> HandOffConfig | None:
        """The same, if it is a hand-off measurement."""
        return self.config if isinstance(self.config, HandOffConfig) else None

    def refresh(self) -> bool:
        """Read what was written since; returns whether anything has changed."""
        was_complete = self.is_complete
        self.is_complete = (self.source.folder / SUMMARY).exists()
        changed = [each.refresh() for each in (self.trajectories, self.analyses)]
        return any(changed) or self.is_complete != was_complete

    @property
    def state(self) -> RunState:
        """What is known of it."""
        return RunState(
            name=self.source.name,
            num_planned=len(self.config.jobs) if self.config else None,
            is_live=self.config is not None and not self.is_complete,
            problems=(*self.trajectories.problems, *self.analyses.problems),
        )

    def entries(self, run: int) -> list[Entry]:
        """Its sequences, in file order.

        Args:
            run: Its position in the library.
        """
        analyses = {finding.played: (span, finding) for span, finding in self.analyses.values}
        seen: Counter[Played] = Counter()
        entries = []
        for span, row in self.trajectories.values:
            analysis, finding = analyses.get(row.played, (None, None))
            seen[row.played] += 1
            entries.append(
                Entry(
                    key=_key(self.source.name, row.played, seen[row.played]),
                    run=run,
                    row=row,
                    span=span,
                    finding=finding,
                    analysis=analysis,
                )
            )
        return entries


class Library:
    """All runs; safe to ask from several threads.

    Args:
        sources: Where they lie.
    """

    def __init__(self, sources: Sequence[RunSource]) -> None:
        self.runs = tuple(map(FollowedRun, sources))
        self._lock = Lock()
        self._snapshot: Snapshot | None = None

    def refresh(self) -> Snapshot:
        """The library as it is now."""
        with self._lock:
            changed = [run.refresh() for run in self.runs]
            if self._snapshot is None or any(changed):
                self._snapshot = self._take((self._snapshot.version if self._snapshot else 0) + 1)
            return self._snapshot

    def read(self, key: str) -> StoredPlay | None:
        """All that is kept of a sequence; None if there is no such sequence."""
        for _ in range(2):  # a file may be replaced between the look and the reading
            entry = self.refresh().by_key.get(key)
            if entry is None:
                return None
            run = self.runs[entry.run]
            line = run.trajectories.read(entry.span)
            if line is not None:
                analysis = run.analyses.read(entry.analysis) if entry.analysis else None
                return StoredPlay(entry, run.source, line, analysis)
        return None

    def _take(self, version: int) -> Snapshot:
        return Snapshot(
            version=version,
            runs=tuple(run.state for run in self.runs),
            entries=tuple(
                entry for index, run in enumerate(self.runs) for entry in run.entries(index)
            ),
        )


def _key(run: str, played: Played, occurrence: int) -> str:
    name = "\n".join(map(str, (run, played.env_id, played.split, played.seed, played.agent)))
    digest = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:10]
    return digest if occurrence == 1 else f"{digest}-{occurrence}"
