"""What `eval` and `handoff` share: how a run is begun, resumed, described, shown and told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from attrs import evolve
from click.core import ParameterSource

from latentgym_core.cli import INTERRUPTED
from latentgym_core.cli.shown.console import say, write_json
from latentgym_core.errors import SpecError
from latentgym_core.wording import counted

if TYPE_CHECKING:
    from latentgym_core.cli.shown.progress import Display
    from latentgym_core.runs.config import RunConfig
    from latentgym_core.runs.folder import RunFolder

ConfigT = TypeVar("ConfigT", bound="RunConfig")
ReportT = TypeVar("ReportT")
GO_WITH_RESUME = {"resume", "concurrency", "dry_run", "detect", "as_json", "form", "quiet"}


def begun(ctx: click.Context, path: Path, read: Callable[[Path], ConfigT]) -> ConfigT:
    """The configuration of a run that was begun; only its concurrency may change.

    Raises:
        UsageError: Something else was given.
        SpecError: No run was begun there, or one of another kind.
    """
    from latentgym_core.runs.folder import CONFIG

    for name in ctx.params:
        source = ctx.get_parameter_source(name)
        if source is ParameterSource.COMMANDLINE and name not in GO_WITH_RESUME:
            raise click.UsageError(
                "A resumed run keeps its configuration: with --resume goes --concurrency alone."
            )
    if not (path / CONFIG).exists():
        raise SpecError(f"{path} has no {CONFIG}, so no run was begun there; begin one with --out.")
    config = read(path)
    return evolve(config, concurrency=ctx.params["concurrency"] or config.concurrency)


def describe(config: "RunConfig", size: str, *, as_json: bool, **more: Any) -> None:
    """What would be played: the configuration on stdout, its size on stderr."""
    from latentgym_core.records.serial import to_data
    from latentgym_core.runs.suite import format_config

    if as_json:
        write_json({**to_data(config), **more})
    else:
        click.echo(format_config(config), nl=False)
    say(size)


@contextmanager
def opened(
    ctx: click.Context, config: "RunConfig", out: Path | None, resume: Path | None
) -> "Iterator[RunFolder]":
    """The folder of a run, new or resumed; Ctrl-C says how to carry on and ends the command."""
    from latentgym_core.runs.folder import claim_default_path, create_run, resume_run

    if resume:
        run = resume_run(resume, config)
    else:
        run = create_run(out or claim_default_path(config, datetime.now(UTC)), config)
    with run as folder:
        try:
            yield folder
        except KeyboardInterrupt:
            folder.log("interrupted")
            say(f"Interrupted; `latentgym {ctx.info_name} --resume {folder.path}` carries on.")
            ctx.exit(INTERRUPTED)


@contextmanager
def shown(
    folder: "RunFolder",
    config: "RunConfig",
    size: str,
    *,
    quiet: bool,
    num_given: int = 0,
    row: Callable[[str], str] = str,
) -> "Iterator[Display]":
    """Say what is played, and show how it gets on while the context is open.

    `num_given` of what is missing nobody has to play; `row` names the row that counts an agent.
    """
    from latentgym_core.cli.shown.progress import progress
    from latentgym_core.records.jsonl import read_trajectories

    num_missing = len(folder.missing) - num_given
    folder.log(f"playing {num_missing} of {counted(len(config.jobs), 'sequence')}")
    if not quiet:
        say(f"{size}; playing {counted(num_missing, 'sequence')} into {folder.path}")
    jobs = [evolve(job, agent=row(job.agent)) for job in config.jobs]
    before = (evolve(each, agent=row(each.agent)) for each in read_trajectories(folder.path))
    with progress(jobs, before, quiet=quiet) as display:
        yield display
    folder.log("complete")


def tell(
    ctx: click.Context,
    folder: "RunFolder",
    report: ReportT,
    render: Callable[[ReportT], str],
    *,
    as_json: bool,
    quiet: bool,
    details: str = "",
) -> None:
    """The results on stdout, what to do next on stderr; exit code 1 if anything failed."""
    from latentgym_core.records.serial import to_data

    path, num_failed = folder.path, folder.num_failed
    if as_json:
        write_json({"run": str(path), "num_failed": num_failed, **to_data(report)})
    else:
        click.echo(render(report), nl=False)
    if num_failed:
        say(
            f"{num_failed} of {counted(len(folder.jobs), 'sequence')} failed; "
            f"`latentgym {ctx.info_name} --resume {path}` tries again."
        )
    if not quiet:
        say(f"The run lies in {path}. Next: `latentgym metrics {path}{details}`.")
    ctx.exit(1 if num_failed else 0)
