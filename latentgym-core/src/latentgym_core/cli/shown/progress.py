"""How a run or an analysis is getting on, on stderr: bars on a terminal, lines elsewhere."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from attrs import define

from latentgym_core.cli.shown.console import say
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.runs.config import Job
from latentgym_core.wording import counted, shortened

if TYPE_CHECKING:
    from rich.progress import Progress

NUM_LINES = 50
"""About how many lines a run writes where there is no terminal."""
BAR, WIDE, TIME = 20, 100, 7
"""Width of a bar in a terminal of more than so many columns, and of the time that is left."""
LEAST_NAME = 16
"""Characters an agent's name has in the narrowest terminal."""
MAX_FAILURES = 5
"""How many failures are shown; all of them are in `run.log`."""


@define
class Tally:
    """What the finished sequences of one agent add up to."""

    finished: int = 0
    failed: int = 0
    reward: float = 0.0
    turns: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, trajectory: Trajectory) -> None:
        """Count one more."""
        self.finished += 1
        self.failed += trajectory.error is not None
        self.turns += len(trajectory.turns)
        if trajectory.error is None:
            self.reward += sum(trajectory.rewards)
        for usage in (turn.usage for turn in trajectory.turns if turn.usage):
            self.input_tokens += usage.input_tokens or 0
            self.output_tokens += usage.output_tokens or 0

    def __str__(self) -> str:
        return ", ".join(self._parts())

    def __format__(self, room: str) -> str:
        """What fits into so many characters; the least important goes first."""
        parts = self._parts()
        while room and len(parts) > 1 and len(", ".join(parts)) > int(room):
            parts.pop()
        return ", ".join(parts)

    def _parts(self) -> list[str]:
        played = self.finished - self.failed
        parts = [f"mean reward {self.reward / played:.3f}" if played else "no reward yet"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        parts.append(counted(self.turns, "turn"))
        if self.input_tokens or self.output_tokens:
            parts.append(f"{self.input_tokens:,} tokens in, {self.output_tokens:,} out")
        return parts


class Display:
    """Where progress is shown; this one shows nothing."""

    def on_task(self, job: Job) -> None:
        """A task has ended and another of its sequence begins."""

    def on_finish(self, trajectory: Trajectory) -> None:
        """A sequence is over."""


@contextmanager
def progress(
    jobs: Iterable[Job], finished: Iterable[Trajectory], *, quiet: bool
) -> Iterator[Display]:
    """Show the progress of a run while the context is open.

    Args:
        jobs: Every job of the run.
        finished: What was played before.
        quiet: Whether to show nothing.
    """
    totals = Counter(job.agent for job in jobs)
    tallies = {agent: Tally() for agent in totals}
    for trajectory in finished:
        tallies[trajectory.agent].add(trajectory)
    if quiet:
        yield Display()
    elif sys.stderr.isatty():
        with _bars(totals) as rich_progress:
            yield Bars(totals, tallies, rich_progress)
    else:
        yield Lines(totals, tallies)


class Lines(Display):
    """One line for every sequence, or for every k-th of a long run; the first failures too."""

    def __init__(self, totals: Mapping[str, int], tallies: Mapping[str, Tally]) -> None:
        self.tallies = tallies
        self.total = sum(totals.values())
        self.step = -(-self.total // NUM_LINES)

    def on_finish(self, trajectory: Trajectory) -> None:
        """Count the sequence, and say so when it is its turn."""
        tally = self.tallies[trajectory.agent]
        tally.add(trajectory)
        _tell_failure(trajectory, self.tallies)
        finished = sum(each.finished for each in self.tallies.values())
        if finished % self.step == 0 or finished == self.total:
            say(f"{finished}/{self.total} {trajectory.agent}: {tally}")


class Bars(Display):
    """One bar for each agent, moved by every task that ends."""

    def __init__(
        self, totals: Mapping[str, int], tallies: Mapping[str, Tally], shown: "Progress"
    ) -> None:
        self.tallies = tallies
        self.shown = shown
        self.tasks_over: Counter[Job] = Counter()
        self.rows = {
            agent: shown.add_task(
                agent, total=total, tally=tallies[agent], name=shortened(agent, _name_width())
            )
            for agent, total in totals.items()
        }
        for agent, tally in tallies.items():
            shown.update(self.rows[agent], completed=tally.finished)

    def on_task(self, job: Job) -> None:
        """Move the bar of the agent by one task."""
        self.tasks_over[job] += 1
        self.shown.advance(self.rows[job.agent], 1 / EnvId.parse(job.env_id).num_tasks)

    def on_finish(self, trajectory: Trajectory) -> None:
        """Count the sequence and move the bar by what it had not moved yet."""
        self.tallies[trajectory.agent].add(trajectory)
        moved = self.tasks_over.pop(Job.of(trajectory), 0) / trajectory.num_tasks
        self.shown.advance(self.rows[trajectory.agent], 1 - moved)
        _tell_failure(trajectory, self.tallies)


def _name_width() -> int:
    """Most characters of an agent's name, so that everything beside it has room."""
    return max(LEAST_NAME, get_terminal_size().columns // 3)


def _bars(totals: Mapping[str, int]) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    whole = Column(no_wrap=True)
    width = get_terminal_size().columns
    bar = BAR if width > WIDE else BAR // 2
    count = max((2 * len(str(total)) + 1 for total in totals.values()), default=0)
    name = max((min(len(agent), _name_width()) for agent in totals), default=0)
    room = max(0, width - name - bar - count - TIME - 4)  # 4 blanks between 5 columns
    return Progress(
        TextColumn("{task.fields[name]}", markup=False, table_column=whole),
        BarColumn(bar_width=bar),
        TextColumn("{task.fields[tally].finished}/{task.total}", table_column=whole),
        TimeRemainingColumn(),
        TextColumn(f"{{task.fields[tally]:{room}}}", markup=False, table_column=whole),
        console=Console(stderr=True),
    )


def _tell_failure(trajectory: Trajectory, tallies: Mapping[str, Tally]) -> None:
    error = trajectory.error
    if error and sum(each.failed for each in tallies.values()) <= MAX_FAILURES:
        say(f"failed: {Job.of(trajectory)}: {error.kind}: {error.message}")


NUM_ANALYSIS_LINES = 20


@contextmanager
def counting(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Show how many of a known number are done.

    Args:
        total: How many there are.
        what: What they are, in the singular.

    Yields:
        A function that takes how many more were finished.
    """
    if not sys.stderr.isatty():
        yield _lines(total, what)
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        bar = shown.add_task(counted(total, what), total=total)
        yield lambda number: shown.advance(bar, number)


def _lines(total: int, what: str) -> Callable[[int], None]:
    done, said = 0, 0

    def count(number: int) -> None:
        nonlocal done, said
        done += number
        if done == total or done - said >= max(1, total // NUM_ANALYSIS_LINES):
            said = done
            say(f"{done:,} of {counted(total, what)} analysed")

    return count
