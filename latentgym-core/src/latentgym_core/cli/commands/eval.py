"""`latentgym eval`: evaluate agents on environments."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from latentgym_core.cli import completing, options, running
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.shown.console import say, text_width
from latentgym_core.cli.suite_type import SuiteType
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted

if TYPE_CHECKING:
    from latentgym_core.metrics import Report
    from latentgym_core.records.trajectory import Trajectory
    from latentgym_core.runs.config import RunConfig
    from latentgym_core.runs.evaluation import Stage
    from latentgym_core.runs.folder import RunFolder


@click.command("eval")
@click.argument("ids", metavar="ID...", nargs=-1, type=EnvIdType())
@click.option(
    "--agent",
    "agents",
    multiple=True,
    shell_complete=completing.agents,
    help="Who plays; give it again for more.",
)
@click.option(
    "--scaffold",
    "scaffolds",
    shell_complete=completing.scaffolds,
    metavar="NAME[?KEY=VALUE]",
    multiple=True,
    help="What agents carry over a task boundary: full, none, last_k, outcomes, notes, oracle; "
    "give it again to play them all with each.",
)
@options.sequences("Per ID and agent  [5]")
@click.option(
    "--reward-type",
    shell_complete=completing.reward_types,
    help="cumulative, terminal, improvement or per_task  [cumulative]",
)
@options.LIMITS
@click.option(
    "--suite",
    metavar="NAME|FILE",
    type=SuiteType(),
    help="A named suite (`latentgym list suites`) or a TOML file; flags override it.",
)
@options.run_folder("runs/ENV--AGENT/TIME")
@click.option(
    "--detect",
    type=click.FloatRange(0, min_open=True),
    help="With --dry-run: say how many sequences show this difference in reward per task.",
)
@options.JSON
@options.QUIET
@click.pass_context
def command(
    ctx: click.Context,
    /,
    ids: tuple[EnvId, ...],
    agents: tuple[str, ...],
    scaffolds: tuple[str, ...],
    suite: dict[str, Any] | None,
    out: Path | None,
    resume: Path | None,
    dry_run: bool,
    detect: float | None,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Evaluate agents on environments.

    Every agent plays the same sequences of every ID. Each sequence is written as it finishes, so
    a run that was stopped goes on with --resume. Exit 1 if any sequence failed.
    """
    from latentgym_core.cli.expectations import (
        expectations,
        tell_expectations,
        tell_what_cannot_show,
    )
    from latentgym_core.records.serial import to_data
    from latentgym_core.runs.config import check_versions
    from latentgym_core.runs.evaluation import prepare
    from latentgym_core.runs.suite import CONFIG, read_config

    if detect and not dry_run:
        raise click.UsageError("--detect only says what to expect: it goes with --dry-run.")
    if resume:
        config = running.begun(ctx, resume, lambda folder: read_config(folder / CONFIG))
    else:
        given = {key: value for key, value in settings.items() if value is not None}
        config = _configured(ids, agents, scaffolds, suite, given)
    registry = current_registry(ctx)
    stage = prepare(config, registry)
    if config.suite and not stage.config.suite:
        say(f"{config.suite} was changed: this run does not go by its name.")
    if not quiet:
        tell_what_cannot_show(stage.config, registry)
    if resume:
        check_versions(config, stage.config)
    if dry_run:
        expected = expectations(stage.config, registry, detect)
        running.describe(
            stage.config, _size(stage.config), as_json=as_json, expected=to_data(expected)
        )
        if not quiet:
            tell_expectations(expected, detect)
        return
    with running.opened(ctx, stage.config, out, resume) as folder:
        report = _play(folder, stage, quiet=quiet)
    running.tell(
        ctx,
        folder,
        report,
        _shown,
        as_json=as_json,
        quiet=quiet,
        details="" if _several(report) else " --by agent",
    )


def _configured(
    ids: tuple[EnvId, ...],
    agents: tuple[str, ...],
    scaffolds: tuple[str, ...],
    suite: dict[str, Any] | None,
    given: dict[str, Any],
) -> "RunConfig":
    """The suite, if there is one, overridden by what the command line says."""
    from latentgym_core.runs.named_suites import with_references
    from latentgym_core.runs.suite import make_config
    from latentgym_core.scaffolds.naming import with_scaffold

    data = dict(suite or {})
    if ids:
        data["environments"] = [{"id": str(each)} for each in ids]
    if agents:
        data["agents"] = agents
    if not data.get("environments"):
        raise click.UsageError("Name an environment, a --suite, or a run to --resume.")
    if not data.get("agents"):
        raise click.UsageError("Nobody plays: name an agent, as in --agent scripted/blind.")
    if scaffolds:
        data["agents"] = [
            with_scaffold(a, scaffold) for a in data["agents"] for scaffold in scaffolds
        ]
    if data.get("suite"):
        data["agents"] = with_references(data["agents"])
    for key in ("num_sequences", "seed"):
        if key in given:  # a flag also overrides what a suite says of one environment
            data["environments"] = [
                {name: value for name, value in each.items() if name != key}
                for each in data["environments"]
            ]
    return make_config({**data, **given})


def _size(config: "RunConfig") -> str:
    jobs = config.jobs
    num_tasks = sum(EnvId.parse(job.env_id).num_tasks for job in jobs)
    return f"{counted(len(jobs), 'sequence')}, {counted(num_tasks, 'task')}"


def _play(folder: "RunFolder", stage: "Stage", *, quiet: bool) -> "Report":
    """Play what is missing in the folder and complete it."""
    from latentgym_core.runs.evaluation import play_jobs

    with running.shown(folder, stage.config, _size(stage.config), quiet=quiet) as display:

        def keep(trajectory: "Trajectory") -> None:
            folder.append(trajectory)
            display.on_finish(trajectory)

        asyncio.run(
            play_jobs(
                stage,
                folder.missing,
                on_finish=keep,
                on_task=display.on_task,
                on_crash=folder.log_crash,
            )
        )
        return folder.finish()


def _shown(report: "Report") -> str:
    """Of one environment its tables, of several a line for each."""
    from latentgym_core.metrics import render_text
    from latentgym_core.metrics.rendering.overview import render_overview

    return (render_overview if _several(report) else render_text)(report, text_width())


def _several(report: "Report") -> bool:
    return len({each.group for each in report.summaries}) > 1
