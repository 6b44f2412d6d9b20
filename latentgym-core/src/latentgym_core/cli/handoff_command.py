"""`latentgym handoff`: exploration and exploitation efficiency by swapping the player."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve
from click.core import ParameterSource

from latentgym_core.cli.console import say, write_json
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.env_id import EnvId
from latentgym_core.seeding import SPLITS

if TYPE_CHECKING:
    from latentgym_core.evaluation import Stage
    from latentgym_core.handoff.config import HandOffConfig
    from latentgym_core.handoff.efficiency import HandOffReport
    from latentgym_core.run_folder import RunFolder
    from latentgym_core.trajectory import Trajectory


@click.command("handoff")
@click.argument("env_id", metavar="ID", required=False, type=EnvIdType())
@click.option("--a", help="Agent A, the baseline.")
@click.option("--b", help="Agent B, compared with A.")
@click.option("--c", help="Agent C, the other side of every hand-off; may be A or B.")
@click.option("--k", default="all", show_default=True, help="Boundaries: all, 1,3,5 or 1-4.")
@click.option("-n", "--num-sequences", type=click.IntRange(1), default=20, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="First seed.")
@click.option("--split", type=click.Choice(SPLITS), default="test", show_default=True)
@click.option("--concurrency", type=click.IntRange(1), default=32, show_default=True)
@click.option("--max-turns", type=click.IntRange(1), help="Cut a sequence off after so many.")
@click.option("--max-tokens", type=click.IntRange(1), help="The same for output tokens.")
@click.option("--out", type=click.Path(path_type=Path), help="Run folder; default under runs/.")
@click.option(
    "--resume",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Carry on with the run of this folder, as it was configured.",
)
@click.option("--dry-run", is_flag=True, help="Print the configuration and play nothing.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    env_id: EnvId | None,
    out: Path | None,
    resume: Path | None,
    dry_run: bool,
    as_json: bool,
    **settings: Any,
) -> None:
    """Measure exploration and exploitation by handing sequences over.

    A, B and C each play every sequence once. At every boundary K that play is forked and handed
    over: exploration compares A and B as the first player with C as the second, exploitation the
    other way round.
    """
    from latentgym_core.evaluation import prepare
    from latentgym_core.handoff.report import render_hand_off
    from latentgym_core.run_folder import create_run, default_path, resume_run
    from latentgym_core.serial import to_data
    from latentgym_core.suite import format_config

    config = _resumed(ctx, resume) if resume else _configured(env_id, settings)
    stage = prepare(config, current_registry())
    if dry_run:
        write_json(to_data(config)) if as_json else click.echo(format_config(config), nl=False)
        return
    if resume:
        opened = resume_run(resume, config)
    else:
        config = evolve(config, versions=stage.config.versions)
        opened = create_run(out or default_path(config, datetime.now(UTC)), config)
    with opened as folder:
        report, num_failed = _play(folder, stage, config)
    write_json(to_data(report)) if as_json else click.echo(render_hand_off(report), nl=False)
    say(
        f"The run lies in {folder.path}; `latentgym metrics {folder.path}` measures the whole plays."
    )
    if num_failed:
        say(f"{num_failed} plays failed; `latentgym handoff --resume {folder.path}` repeats them.")
        ctx.exit(1)


def _configured(env_id: EnvId | None, settings: dict[str, Any]) -> "HandOffConfig":
    from latentgym_core.handoff.config import make_hand_off_config, parse_boundaries

    if env_id is None:
        raise click.UsageError("Name an environment, or the folder of a run with --resume.")
    for role in "abc":
        if not settings[role]:
            raise click.UsageError(f"Name agent {role.upper()}, as in --{role} scripted/blind.")
    boundaries = parse_boundaries(settings.pop("k"))
    registry = current_registry()
    return make_hand_off_config(str(env_id), boundaries=boundaries, registry=registry, **settings)


def _resumed(ctx: click.Context, path: Path) -> "HandOffConfig":
    from latentgym_core.handoff.run import read_hand_off_config

    for name in ctx.params:
        source = ctx.get_parameter_source(name)
        if source is ParameterSource.COMMANDLINE and name not in ("resume", "dry_run", "as_json"):
            raise click.UsageError("A resumed run keeps its configuration; give --resume alone.")
    return read_hand_off_config(path)


def _play(
    folder: "RunFolder", stage: "Stage", config: "HandOffConfig"
) -> tuple["HandOffReport", int]:
    """Play what is missing under a progress bar; returns the report and how many plays failed."""
    from latentgym_core.handoff.run import run_hand_offs

    num_failed = 0
    try:
        with click.progressbar(length=len(folder.missing), label="plays", file=sys.stderr) as bar:

            def advance(trajectory: "Trajectory") -> None:
                nonlocal num_failed
                num_failed += trajectory.error is not None
                bar.update(1)

            return run_hand_offs(folder, stage, config, advance), num_failed
    except KeyboardInterrupt:
        say(f"`latentgym handoff --resume {folder.path}` carries on.")
        raise
