"""How a comparison is getting on: a bar for each arm on a terminal, lines elsewhere."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from attrs import define, field

from latentgym_train.config.config import Config
from latentgym_train.running.reporting import rich_bar


def num_steps(config: Config) -> int:
    """Steps of a run: the lines of its log when it is finished."""
    supervised = sum(phase.steps for phase in config.sft.phases) if config.sft else 0
    return supervised + (config.rl.iterations if config.rl else 0)


@define
class Watcher:
    """Shows arms under way.

    Attributes:
        quiet: Whether to show nothing.
        progress: Bars; None writes lines.
    """

    quiet: bool
    progress: Any = None
    _tasks: dict[str, tuple[Any, Path]] = field(factory=dict)

    def begin(self, name: str, total: int, log: Path) -> None:
        """An arm has begun.

        Args:
            name: Of the arm.
            total: Steps it will take.
            log: Gets a line for each step.
        """
        if self.progress is not None:
            task = self.progress.add_task(name, total=total, text="")
            self._tasks[name] = task, log
        else:
            self._say(f"{name}: training")

    def look(self) -> None:
        """Move the bars to where the logs are."""
        for task, log in self._tasks.values():
            self.progress.update(task, completed=_num_lines(log))

    def end(self, name: str, seconds: float) -> None:
        """An arm is finished."""
        if self.progress is not None:
            task, log = self._tasks.pop(name)
            self.progress.update(task, completed=_num_lines(log), text=f"{seconds:.0f} s")
        else:
            self._say(f"{name}: done in {seconds:.0f} s")

    def _say(self, text: str) -> None:
        if not self.quiet:
            click.echo(text, err=True)


@contextmanager
def watching(*, quiet: bool) -> Iterator[Watcher]:
    """Show arms while the context is open."""
    if quiet or not sys.stderr.isatty():
        yield Watcher(quiet)
        return
    with rich_bar() as progress:
        yield Watcher(quiet, progress)


def _num_lines(log: Path) -> int:
    """Lines of a file that may not be there yet."""
    try:
        with log.open("rb") as stream:
            return sum(1 for _ in stream)
    except FileNotFoundError:
        return 0
