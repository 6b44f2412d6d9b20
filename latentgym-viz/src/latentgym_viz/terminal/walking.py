"""Walk through transcripts: one screen per key press, or everything into a pipe."""

import getpass
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment, SegmentLines
from rich.table import Table
from rich.text import Text

from latentgym_core.errors import LatentGymError, TrajectoryError
from latentgym_core.records.trajectory import Trajectory
from latentgym_viz.reviews.records import review_of
from latentgym_viz.reviews.store import add_reviews, read_reviews
from latentgym_viz.terminal import drawing
from latentgym_viz.terminal.keys import read_key as read_terminal_key
from latentgym_viz.terminal.position import KEYS, Position, moved
from latentgym_viz.terminal.shelf import Shelf
from latentgym_viz.wording import plain

ReadKey = Callable[[], str]
LEAST_LINES = 5
FOOTER = "n/p task  j/k turn  ]/[ sequence  g truth  t reasoning  r review  ? help  q quit"


def walk(
    runs: Sequence[Path],
    console: Console | None = None,
    *,
    read_key: ReadKey | None = None,
    tells_truth: bool = False,
    reviewer: str | None = None,
) -> None:
    """Show transcripts in a terminal; into a pipe, or without a keyboard, they are printed.

    Args:
        runs: Run folders or `.jsonl` files of trajectories.
        console: Where they are shown; standard output if None.
        read_key: Waits for a key and names it; the keyboard if None.
        tells_truth: Whether z and the ground truth are shown from the beginning.
        reviewer: Name under which reviews are kept; the one logged in if None.

    Raises:
        TrajectoryError: A file cannot be read, or holds no sequence.
    """
    console = console or Console()
    shelf = Shelf(runs)
    if not len(shelf):
        names = ", ".join(map(str, runs))
        raise TrajectoryError(f"{names}: no sequence has been played yet.")
    if read_key is None and not (console.is_terminal and sys.stdin.isatty()):
        print_all(shelf, console, tells_truth=tells_truth)
        return
    _Walk(shelf, console, read_key or read_terminal_key, reviewer).run(tells_truth=tells_truth)


def print_all(shelf: Shelf, console: Console, *, tells_truth: bool = False) -> None:
    """Print every transcript, whole lines as they are.

    Args:
        shelf: What is printed.
        console: Where to.
        tells_truth: Whether z and the ground truth are printed.
    """
    for index in range(len(shelf)):
        trajectory = shelf[index]
        _print(console, drawing.heading(trajectory, index + 1, len(shelf), shelf.agents))
        _print(console, drawing.strip(trajectory, None))
        for task in range(trajectory.num_tasks):
            _print(console, Text(f"\n── task {task + 1} of {trajectory.num_tasks} ──", "bold"))
            if tells_truth:
                _print(console, drawing.truth(trajectory, task))
            _print(console, drawing.opening(trajectory, task))
            for turn in drawing.turns(trajectory, task, tells_reasoning=True):
                _print(console, turn)
            _print(console, drawing.outcome(trajectory, task))
        _print(console, Text())


def _print(console: Console, text: Text) -> None:
    console.print(text, soft_wrap=True)


class _Walk:
    """An open walk."""

    def __init__(
        self, shelf: Shelf, console: Console, read_key: ReadKey, reviewer: str | None
    ) -> None:
        self.shelf = shelf
        self.console = console
        self.read_key = read_key
        self.reviewer = reviewer
        self.message = ""

    def run(self, *, tells_truth: bool) -> None:
        """Show and listen until the reader leaves."""
        position = Position(tells_truth=tells_truth)
        trajectory = self.shelf[0]
        with self.console.screen(hide_cursor=True):
            while True:
                self._show(trajectory, position)
                try:
                    key = self.read_key()
                except KeyboardInterrupt:
                    return
                self.message = ""
                if key == "q":
                    return
                if key == "r":
                    self._review(trajectory, position)
                    continue
                before = position.sequence
                position = moved(position, key, trajectory, len(self.shelf))
                if position.sequence != before:
                    trajectory = self.shelf[position.sequence]

    def _show(self, trajectory: Trajectory, position: Position) -> None:
        """Draw a whole screen; the transcript takes what the rest leaves."""
        above = self._above(trajectory, position)
        height = max(LEAST_LINES, self.console.height - len(above) - 2)
        body = self._help() if position.helps else self._transcript(trajectory, position)
        below = Text(self.message or FOOTER, style="reverse" if self.message else "dim")
        below.truncate(self.console.width - 1)
        shown = [*above, *body[:height], *[[Segment("")]] * (height - len(body[:height]))]
        self.console.clear()
        self.console.print(SegmentLines(shown, new_lines=True), end="")
        self.console.print(below, end="")

    def _above(self, trajectory: Trajectory, position: Position) -> list[list[Segment]]:
        parts = [
            drawing.heading(trajectory, position.sequence + 1, len(self.shelf), self.shelf.agents),
            drawing.strip(trajectory, position.task),
        ]
        if position.tells_truth:
            parts.append(drawing.truth(trajectory, position.task))
        remarks = self._remarks(trajectory, position)
        if remarks:
            parts.append(Text(remarks, style="yellow"))
        lines = [line for part in parts for line in self._lines(part)]
        title = Text(f"task {position.task + 1} of {trajectory.num_tasks}", style="bold")
        rule = Rule(title, style="dim")
        return [*lines, *self.console.render_lines(rule)]

    def _transcript(self, trajectory: Trajectory, position: Position) -> list[list[Segment]]:
        """Lines of the task from the current turn on; before its first turn stands the opening."""
        lines = self._lines(drawing.opening(trajectory, position.task))
        start = 0
        shown = drawing.turns(trajectory, position.task, tells_reasoning=position.tells_reasoning)
        for index, turn in enumerate(shown):
            if index == position.turn and index > 0:
                start = len(lines)
            mark = "▌" if index == position.turn else " "
            lines += [[Segment(mark), *line] for line in self._lines(turn, indent=2)]
        lines += self._lines(drawing.outcome(trajectory, position.task))
        first = min(start + position.scroll, max(0, len(lines) - 1))
        return lines[first:]

    def _remarks(self, trajectory: Trajectory, position: Position) -> str:
        """What reviewers said of the task and of the sequence."""
        try:
            reviews = read_reviews(self.shelf.run(position.sequence))
        except LatentGymError as error:
            return str(error)
        units = [review_of(trajectory, task, reviewer="-").unit for task in (position.task, None)]
        return "\n".join(
            plain(f"{each.reviewer}: {each.label} {each.note}".strip())
            for each in reviews
            if each.unit in units
        )

    def _review(self, trajectory: Trajectory, position: Position) -> None:
        """Ask for a label and a note, and keep them."""
        try:
            label = self.console.input(Text("\nlabel: ")).strip()
            note = self.console.input(Text("note: ")).strip()
        except (EOFError, KeyboardInterrupt):
            return
        if not label and not note:
            self.message = "nothing was kept"
            return
        review = review_of(
            trajectory,
            position.task,
            reviewer=self.reviewer or getpass.getuser(),
            label=label,
            note=note,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        try:
            add_reviews(self.shelf.run(position.sequence), [review])
            self.message = "the review is kept"
        except LatentGymError as error:
            self.message = str(error)

    def _help(self) -> list[list[Segment]]:
        table = Table.grid(padding=(0, 3))
        for keys, meaning in KEYS.items():
            table.add_row(Text(keys, style="bold cyan"), Text(meaning))
        return self.console.render_lines(Padding(table, (1, 2)))

    def _lines(self, text: Text, indent: int = 0) -> list[list[Segment]]:
        """Text wrapped to the width of the terminal."""
        options = self.console.options.update(width=max(10, self.console.width - 1 - indent))
        return self.console.render_lines(text, options, pad=False)
