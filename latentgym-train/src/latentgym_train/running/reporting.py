"""How a run is getting on: a bar on a terminal, lines elsewhere, and Accelerate's trackers."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import click

from latentgym_train.running.folder import TrainingFolder

NUM_LINES = 20
"""About how many lines a stage writes where there is no terminal."""


class Bar(Protocol):
    """A stage being shown."""

    def advance(self, step: int, text: str) -> None:
        """So many steps are done."""


class Reporter:
    """Writes the log of the main process.

    Args:
        folder: Gets a JSON line per step.
        accelerator: Its trackers get the same numbers.
        quiet: Whether to show nothing.
    """

    def __init__(self, folder: TrainingFolder, accelerator: Any, *, quiet: bool = False) -> None:
        self.folder = folder
        self.accelerator = accelerator
        self.quiet = quiet or not accelerator.is_main_process

    def log(self, stage: str, step: int, numbers: Mapping[str, Any]) -> None:
        """Keep the numbers of a step."""
        if self.accelerator.is_main_process:
            self.folder.append_log({"stage": stage, "step": step, **numbers})
        scalars = {
            f"{stage}/{name}": value
            for name, value in numbers.items()
            if isinstance(value, int | float)
        }
        self.accelerator.log(scalars, step=step)

    def say(self, text: str) -> None:
        """Tell a person something."""
        if not self.quiet:
            click.echo(text, err=True)

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Bar]:
        """Show a stage while the context is open."""
        if self.quiet:
            yield _Silence()
        elif sys.stderr.isatty():
            with rich_bar() as progress:
                yield _RichBar(progress, progress.add_task(name, total=total, text=""))
        else:
            yield _Lines(name, total)


class _Silence:
    def advance(self, step: int, text: str) -> None:
        """Nothing."""


class _Lines:
    def __init__(self, name: str, total: int) -> None:
        self.name, self.total = name, total

    def advance(self, step: int, text: str) -> None:
        """A line now and then."""
        if step % max(1, self.total // NUM_LINES) == 0 or step == self.total:
            click.echo(f"{self.name} {step}/{self.total} {text}", err=True)


class _RichBar:
    def __init__(self, progress: Any, task: Any) -> None:
        self.progress, self.task = progress, task

    def advance(self, step: int, text: str) -> None:
        """Move the bar."""
        self.progress.update(self.task, completed=step, text=text)


def rich_bar() -> Any:
    """Bars on stderr; tasks have a field `text`."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[text]}", markup=False),
        console=Console(stderr=True),
    )
