"""`latentgym handoff`: exploration and exploitation efficiency by swapping the player."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from latentgym_core.cli import completing, options, running
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.shown.console import fitted
from latentgym_core.records.hand_off_name import HANDED, parse_hand_off
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from latentgym_core.handoff.config import HandOffConfig
    from latentgym_core.handoff.efficiency import HandOffReport
    from latentgym_core.handoff.prefix import Prefix
    from latentgym_core.records.trajectory import Trajectory
    from latentgym_core.runs.evaluation import Stage
    from latentgym_core.runs.folder import RunFolder

EXISTING = click.Path(path_type=Path, exists=True)
AGENT = partial(click.option, shell_complete=completing.agents)


@click.command("handoff")
@click.argument("env_id", metavar="ID", required=False, type=EnvIdType())
@AGENT("--agent", "agents", multiple=True, help="Explorer and exploiter in one; repeatable.")
@AGENT("--explorer", "explorers", multiple=True, help="Plays tasks 1 .. K; repeatable.")
@AGENT("--exploiter", "exploiters", multiple=True, help="Plays the rest; repeatable.")
@AGENT("--a", help="Instead of these: agent A, the baseline.")
@AGENT("--b", help="Agent B, compared with A.")
@AGENT("--c", help="Agent C, the other side of every hand-off; may be A or B.")
@click.option("--k", default="all", show_default=True, help="Boundaries: all, 1,3,5 or 1-4.")
@click.option(
    "--handed",
    multiple=True,
    type=click.Choice(HANDED),
    default=HANDED[:1],
    show_default=True,
    help="What is handed over; give both to compare them.",
)
@click.option(
    "--prefix",
    multiple=True,
    type=EXISTING,
    help="Run or recordings: who is in there is not asked for tasks 1 .. K; repeatable.",
)
@options.sequences("[20; all with --prefix]")
@options.LIMITS
@options.run_folder("runs/ENV--AGENTS/TIME")
@options.JSON
@options.FORMAT
@options.QUIET
@click.pass_context
def command(
    ctx: click.Context,
    /,
    env_id: EnvId | None,
    prefix: tuple[Path, ...],
    out: Path | None,
    resume: Path | None,
    dry_run: bool,
    as_json: bool,
    form: str,
    quiet: bool,
    **settings: Any,
) -> None:
    """Measure exploration and exploitation by handing sequences over.

    Every explorer plays every sequence once. At every boundary K that play is forked and handed to
    every exploiter. Exploration compares explorers before the same exploiter, exploitation the
    other way round, with the first of each as the baseline. With A, B and C: B against A, with C
    on the other side. Exit 1 if any play failed.
    """
    from latentgym_core.handoff.playing import check_hand_offs
    from latentgym_core.handoff.rendering import HAND_OFF_RENDERERS
    from latentgym_core.handoff.run import read_hand_off_config
    from latentgym_core.runs.config import check_versions
    from latentgym_core.runs.evaluation import prepare

    plays: Prefix | None = None
    if resume:
        config = running.begun(ctx, resume, read_hand_off_config)
    else:
        plays = _recorded(ctx, prefix, str(env_id) if env_id else None, settings["split"])
        config = _configured(ctx, env_id, plays, settings)
    stage = prepare(config, current_registry(ctx))
    check_hand_offs(stage, config)
    if resume:
        check_versions(config, stage.config)
    config = evolve(config, versions=stage.config.versions)
    if dry_run:
        running.describe(config, _size(config), as_json=as_json)
        return
    with running.opened(ctx, config, out, resume) as folder:
        recorded = _plays(ctx, folder, config, plays)
        report = _play(folder, stage, config, recorded, quiet=quiet)
    render = fitted(HAND_OFF_RENDERERS, form)
    running.tell(ctx, folder, report, render, as_json=as_json, quiet=quiet)


def _recorded(
    ctx: click.Context, prefix: "Iterable[Path]", env_id: str | None, split: str | None
) -> "Prefix | None":
    from latentgym_core.handoff.prefix import read_prefix

    paths = tuple(prefix)
    return read_prefix(paths, env_id, split, current_registry(ctx)) if paths else None


def _configured(
    ctx: click.Context, env_id: EnvId | None, plays: "Prefix | None", settings: dict[str, Any]
) -> "HandOffConfig":
    from latentgym_core.handoff.config import make_hand_off_config, parse_boundaries

    if env_id is None and plays is None:
        raise click.UsageError("Name an environment, a --prefix, or a run to --resume.")
    given = {name: value for name, value in settings.items() if value not in (None, ())}
    both = given.pop("agents", ())
    for side in ("explorers", "exploiters"):
        given[side] = (*both, *given.get(side, ()))
    roles = [role for role in "abc" if role in given]
    if not (roles or given["exploiters"]):
        raise click.UsageError("Nobody plays: name an --agent, or --explorer and --exploiter.")
    for role in "abc" if roles else "":
        if role not in given:
            raise click.UsageError(f"Name agent {role.upper()}, as in --{role} scripted/blind.")
    if plays is None:
        given.setdefault("num_sequences", 20)
    return make_hand_off_config(
        plays.env_id if plays else str(env_id),
        boundaries=parse_boundaries(given.pop("k")),
        prefix=plays,
        registry=current_registry(ctx),
        **given,
    )


def _plays(
    ctx: click.Context, folder: "RunFolder", config: "HandOffConfig", plays: "Prefix | None"
) -> "list[Trajectory]":
    """The recorded plays of a run; read again only if a kill kept them from its folder."""
    wanted = {job for job in folder.missing if job.agent in config.recorded}
    if wanted and plays is None:
        plays = _recorded(ctx, map(Path, config.prefix), config.environments[0].id, config.split)
    return [plays.plays[job.agent, job.seed] for job in config.jobs if job in wanted and plays]


def _size(config: "HandOffConfig") -> str:
    num_seeds = len(config.seeds(config.environments[0]))
    num_whole = len(config.beginners) * num_seeds
    recorded = f" ({len(config.recorded) * num_seeds} recorded)" if config.recorded else ""
    times = counted(len(config.jobs) - num_whole, "time")
    return f"{counted(num_whole, 'sequence')}{recorded}, handed over {times}"


def _play(
    folder: "RunFolder",
    stage: "Stage",
    config: "HandOffConfig",
    recorded: "list[Trajectory]",
    *,
    quiet: bool,
) -> "HandOffReport":
    """Play what is missing in the folder and complete it."""
    from latentgym_core.handoff.run import run_hand_offs

    with running.shown(
        folder, config, _size(config), quiet=quiet, num_given=len(recorded), row=_pair
    ) as display:
        return run_hand_offs(
            folder,
            stage,
            config,
            on_finish=lambda each: display.on_finish(evolve(each, agent=_pair(each.agent))),
            on_task=lambda job: display.on_task(evolve(job, agent=_pair(job.agent))),
            recorded=recorded,
        )


def _pair(agent: str) -> str:
    """One name for all boundaries, so that progress has a line per pair of agents."""
    hand_off = parse_hand_off(agent)
    return f"{hand_off.explorer}→{hand_off.exploiter}" if hand_off else agent
