"""Options that several commands have, each written once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from latentgym_core.cli import completing

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
COUNT = click.IntRange(1)
FORMATS = ("text", "md", "latex", "csv")


def options(*several: Callable[[CommandT], CommandT]) -> Callable[[CommandT], CommandT]:
    """Several options as one decorator; help lists them in this order."""

    def decorate(command: CommandT) -> CommandT:
        for each in reversed(several):
            command = each(command)
        return command

    return decorate


JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
QUIET = click.option("-q", "--quiet", is_flag=True, help="Say nothing on the way.")
FORMAT = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Layout.",
)
RUNS = click.argument(
    "runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
LIMITS = options(
    click.option("--max-turns", type=COUNT, help="Replies until a sequence is cut off."),
    click.option("--max-tokens", type=COUNT, help="Output tokens until it is cut off."),
)


def sequences(how_many: str) -> Callable[[CommandT], CommandT]:
    """Which sequences a run plays."""
    return options(
        click.option("-n", "--num-sequences", type=COUNT, help=how_many),
        click.option("--seed", type=click.IntRange(0), help="First seed  [0]"),
        click.option(
            "--split",
            shell_complete=completing.splits,
            help="Stream of the sequences: train, validation or test  [test]",
        ),
        click.option("--concurrency", type=COUNT, help="Sequences played at once  [32]"),
    )


def run_folder(default: str) -> Callable[[CommandT], CommandT]:
    """Where a run goes or lies, and whether it is played at all."""
    return options(
        click.option("--out", type=click.Path(path_type=Path), help=f"Run folder  [{default}]"),
        click.option(
            "--resume", type=click.Path(path_type=Path), help="Continue the run of a folder."
        ),
        click.option("--dry-run", is_flag=True, help="Print the configuration and play nothing."),
    )
