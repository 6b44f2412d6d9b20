"""`latentgym eval`: evaluate agents on environments."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from latentgym_core.cli import INTERRUPTED, completing
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.shown.console import say, text_width, write_json
from latentgym_core.cli.suite_type import SuiteType
from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted

if TYPE_CHECKING:
    from latentgym_core.cli.expectations import Expectation
    from latentgym_core.metrics import Report
    from latentgym_core.records.trajectory import Trajectory
    from latentgym_core.runs.config import RunConfig
    from latentgym_core.runs.evaluation import Stage
    from latentgym_core.runs.folder import RunFolder

GO_WITH_RESUME = {"resume", "concurrency", "dry_run", "detect", "as_json", "quiet"}


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
@click.option("-n", "--num-sequences", type=click.IntRange(1), help="Per ID and agent  [5]")
@click.option("--seed", type=click.IntRange(0), help="First seed  [0]")
@click.option(
    "--split",
    shell_complete=completing.splits,
    help="Stream of the sequences: train, validation or test  [test]",
)
@click.option("--concurrency", type=click.IntRange(1), help="Sequences played at once  [32]")
@click.option(
    "--reward-type",
    shell_complete=completing.reward_types,
    help="cumulative, terminal, improvement or per_task  [cumulative]",
)
@click.option("--max-turns", type=click.IntRange(1), help="Replies until a sequence is cut off.")
@click.option("--max-tokens", type=click.IntRange(1), help="Output tokens until it is cut off.")
@click.option(
    "--suite",
    metavar="NAME|FILE",
    type=SuiteType(),
    help="A named suite (`latentgym list suites`) or a TOML file; flags override it.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Run folder  [runs/ENV--AGENT/TIME]")
@click.option("--resume", type=click.Path(path_type=Path), help="Continue the run of a folder.")
@click.option("--dry-run", is_flag=True, help="Print the configuration and play nothing.")
@click.option(
    "--detect",
    type=click.FloatRange(0, min_open=True),
    help="With --dry-run: say how many sequences show this difference in reward per task.",
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on the way.")
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
    from latentgym_core.runs.config import check_versions
    from latentgym_core.runs.evaluation import prepare
    from latentgym_core.runs.folder import claim_default_path, create_run, resume_run

    if detect and not dry_run:
        raise click.UsageError("--detect only says what to expect: it goes with --dry-run.")
    given = {key: value for key, value in settings.items() if value is not None}
    if resume:
        config = _begun(ctx, resume, given)
    else:
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
        _describe(stage.config, expected, as_json=as_json)
        if not quiet:
            tell_expectations(expected, detect)
        return
    if resume:
        opened = resume_run(resume, stage.config)
    else:
        opened = create_run(
            out or claim_default_path(stage.config, datetime.now(UTC)), stage.config
        )
    with opened as folder:
        try:
            report = _play(folder, stage, quiet=quiet)
        except KeyboardInterrupt:
            folder.log("interrupted")
            say(f"Interrupted; `latentgym eval --resume {folder.path}` carries on.")
            ctx.exit(INTERRUPTED)
    _tell(report, folder.path, as_json=as_json, quiet=quiet)
    ctx.exit(1 if any(each.num_failed for each in report.summaries) else 0)


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


def _begun(ctx: click.Context, path: Path, given: dict[str, Any]) -> "RunConfig":
    """The configuration of a run that was begun; only its concurrency may change."""
    from attrs import evolve

    from latentgym_core.runs.folder import CONFIG
    from latentgym_core.runs.suite import read_config

    for name in ctx.params:
        source = ctx.get_parameter_source(name)
        if source is ParameterSource.COMMANDLINE and name not in GO_WITH_RESUME:
            raise click.UsageError(
                "A resumed run keeps its configuration: with --resume goes --concurrency alone."
            )
    if not (path / CONFIG).exists():
        raise SpecError(f"{path} has no {CONFIG}, so no run was begun there; begin one with --out.")
    config = read_config(path / CONFIG)
    concurrency = given.get("concurrency", config.concurrency)
    return evolve(config, concurrency=concurrency)


def _describe(config: "RunConfig", expected: "tuple[Expectation, ...]", *, as_json: bool) -> None:
    from latentgym_core.records.serial import to_data
    from latentgym_core.runs.suite import format_config

    if as_json:
        write_json({**to_data(config), "expected": to_data(expected)})
    else:
        click.echo(format_config(config), nl=False)
    say(_size(config))


def _size(config: "RunConfig") -> str:
    jobs = config.jobs
    num_tasks = sum(EnvId.parse(job.env_id).num_tasks for job in jobs)
    return f"{counted(len(jobs), 'sequence')}, {counted(num_tasks, 'task')}"


def _play(folder: "RunFolder", stage: "Stage", *, quiet: bool) -> "Report":
    """Play what is missing in the folder and complete it."""
    from latentgym_core.cli.shown.progress import progress
    from latentgym_core.records.jsonl import read_trajectories
    from latentgym_core.runs.evaluation import play_jobs

    missing = folder.missing
    jobs = stage.config.jobs
    folder.log(f"playing {len(missing)} of {counted(len(jobs), 'sequence')}")
    if not quiet:
        playing = counted(len(missing), "sequence")
        say(f"{_size(stage.config)}; playing {playing} into {folder.path}")
    before = () if len(missing) == len(jobs) else read_trajectories(folder.path)
    with progress(jobs, before, quiet=quiet) as display:

        def keep(trajectory: "Trajectory") -> None:
            folder.append(trajectory)
            display.on_finish(trajectory)

        asyncio.run(
            play_jobs(
                stage,
                missing,
                on_finish=keep,
                on_task=display.on_task,
                on_crash=lambda job, trace: folder.log(f"{job} crashed\n{trace}"),
            )
        )
    report = folder.finish()
    folder.log("complete")
    return report


def _tell(report: "Report", path: Path, *, as_json: bool, quiet: bool) -> None:
    """The results on stdout; where they lie and what to do next on stderr."""
    from latentgym_core.metrics import render_text
    from latentgym_core.metrics.rendering.overview import render_overview
    from latentgym_core.records.serial import to_data

    num_failed = sum(each.num_failed for each in report.summaries)
    num_sequences = sum(each.num_trajectories for each in report.summaries)
    several = len({each.group for each in report.summaries}) > 1
    if as_json:
        write_json({"run": str(path), "num_failed": num_failed, **to_data(report)})
    else:
        render = render_overview if several else render_text
        click.echo(render(report, text_width()), nl=False)
    if num_failed:
        say(
            f"{num_failed} of {counted(num_sequences, 'sequence')} failed; "
            f"`latentgym eval --resume {path}` tries again."
        )
    if not quiet:
        details = "" if several else " --by agent"
        say(f"The run lies in {path}. Next: `latentgym metrics {path}{details}`.")
