"""`latentgym train`: train a policy, or compare ways to train it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from latentgym_core.cli import INTERRUPTED
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.shown.console import say, text_width
from latentgym_core.errors import LatentGymError

if TYPE_CHECKING:
    from latentgym_train.config.config import Config


def _recipes(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from latentgym_train.config.config_file import recipe_names

    found = [CompletionItem(name) for name in recipe_names() if name.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]


@click.command("train")
@click.argument("config", required=False, shell_complete=_recipes)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the run  [runs/train/NAME]")
@click.option("--seed", type=click.IntRange(0), help="Seed; overrides the file.")
@click.option("--set", "changes", multiple=True, help="KEY=VALUE in TOML, as in rl.iterations=10.")
@click.option("--resume", type=click.Path(path_type=Path), help="Go on with the run of a folder.")
@click.option("--compare", is_flag=True, help="Train base, single-task twins and cross-task.")
@click.option(
    "--jobs", type=click.IntRange(1), default=2, show_default=True, help="With --compare."
)
@click.option("--num-processes", type=click.IntRange(1), help="Processes that train together.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Check all that a start checks, print the configuration, train nothing.",
)
@click.option("--recipes", is_flag=True, help="List the recipes of the package.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing on the way.")
@click.pass_context
def command(ctx: click.Context, /, config: str | None, recipes: bool, **options: Any) -> None:
    """Train a policy on sequences of related tasks.

    CONFIG is a TOML file or the name of a recipe. A run that was stopped goes on with --resume.
    `accelerate launch -m latentgym_train CONFIG` does the same on several devices.
    """
    if recipes:
        from latentgym_train.config.config_file import accelerate_files, recipe_names

        click.echo("\n".join(recipe_names()))
        say("For accelerate launch --config_file:\n" + "\n".join(map(str, accelerate_files())))
        return
    if (config is None) == (options["resume"] is None):
        raise click.UsageError("Name a CONFIG, or a run to --resume; --recipes lists recipes.")
    _check_together(ctx, options)
    _run(ctx, config, options)


def _check_together(ctx: click.Context, options: dict[str, Any]) -> None:
    """Refuse options that have no meaning together."""
    if not options["compare"]:
        if ctx.get_parameter_source("jobs") is not ParameterSource.DEFAULT:
            raise click.UsageError("--jobs says how many arms of a --compare train at a time.")
        return
    if options["resume"] is not None:
        raise click.UsageError("A comparison goes on where it stopped when it is started again.")
    if options["num_processes"] is not None:
        raise click.UsageError("--compare trains every arm in one process; --jobs sets how many.")


def _run(ctx: click.Context, name: str | None, options: dict[str, Any]) -> None:
    resume: Path | None = options["resume"]
    config = _configured(name, resume, options)
    out = resume or options["out"] or Path("runs") / "train" / (Path(name or "").stem)
    if options["dry_run"]:
        _check(ctx, name or "", config, out, options)
    elif options["compare"]:
        _compare(ctx, name or "", config, out, options)
    elif _is_parent(options["num_processes"]):
        _launch(ctx, name, out, options)
    else:
        _train(ctx, config, out, options)


def _train(ctx: click.Context, config: "Config", out: Path, options: dict[str, Any]) -> None:
    from latentgym_train.running.faults import explain, how_to_go_on, is_lost_peer
    from latentgym_train.running.launching import LOST_PEER
    from latentgym_train.running.stopping import Stopped
    from latentgym_train.training import train

    num_processes = options["num_processes"]
    try:
        train(
            config,
            out,
            resume=options["resume"] is not None,
            registry=current_registry(ctx),
            quiet=options["quiet"],
            num_processes=num_processes,
        )
    except (Stopped, KeyboardInterrupt):
        if _is_first_process():
            say(f"Stopped. {how_to_go_on(out, num_processes)}")
        ctx.exit(INTERRUPTED)
    except (OSError, RuntimeError, MemoryError) as error:
        sentence = explain(error, out, num_processes)
        if sentence is None:
            raise
        if is_lost_peer(error):
            say(f"error: {sentence}")
            ctx.exit(LOST_PEER)
        raise LatentGymError(sentence) from error
    if not options["quiet"] and _is_first_process():
        say(f"The policy lies in {out / 'policy'}. Next: `latentgym metrics {out}`.")


def _check(
    ctx: click.Context, name: str, config: "Config", out: Path, options: dict[str, Any]
) -> None:
    """Refuse what the start would refuse, else print the configuration."""
    from latentgym_train.comparison.comparing import make_settings
    from latentgym_train.config.config_file import format_config
    from latentgym_train.dry_run import check_comparison, check_run, is_on_hub

    registry, resume = current_registry(ctx), options["resume"] is not None
    if options["compare"]:
        check_comparison(make_settings(name, config, out, _changes(options), registry), registry)
    else:
        number = options["num_processes"]
        check_run(config, out, registry, resume=resume, num_processes=number)
    click.echo(format_config(config), nl=False)
    if is_on_hub(config):
        say(f"{config.policy.source} was not loaded: a dry run fetches nothing from a hub.")


def _configured(name: str | None, resume: Path | None, options: dict[str, Any]) -> "Config":
    from latentgym_train.config.config_file import load_config
    from latentgym_train.running.folder import TrainingFolder

    if resume is not None:
        if options["changes"] or options["seed"] is not None or options["out"]:
            raise click.UsageError("A resumed run keeps its configuration and its folder.")
        return TrainingFolder(resume).config()
    return load_config(name or "", _changes(options))


def _changes(options: dict[str, Any]) -> dict[str, Any]:
    import tomllib

    changes: dict[str, Any] = {}
    for change in options["changes"]:
        key, found, value = change.partition("=")
        try:
            changes[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except ValueError as error:
            raise click.UsageError(
                f"--set {change!r} is not KEY=VALUE with a TOML value, as in rl.iterations=10 or "
                f"policy.source='\"smollm2\"'."
            ) from error
        if not found:
            raise click.UsageError(f"--set {change!r} has no =.")
    if options["seed"] is not None:
        changes["seed"] = options["seed"]
    return changes


def _compare(
    ctx: click.Context, name: str, config: "Config", out: Path, options: dict[str, Any]
) -> None:
    from latentgym_core.metrics.rendering.layouts import joined
    from latentgym_core.records.whole_files import write_whole
    from latentgym_train.comparison.checks import check_settings
    from latentgym_train.comparison.comparing import make_settings, train_arms
    from latentgym_train.comparison.progress import watching
    from latentgym_train.comparison.table import tables
    from latentgym_train.running.stopping import terminated_like_interrupted

    registry = current_registry(ctx)
    settings = make_settings(name, config, out, _changes(options), registry)
    check_settings(settings, registry)
    try:
        with terminated_like_interrupted():
            with watching(quiet=options["quiet"]) as watcher:
                train_arms(settings, options["jobs"], watcher)
            made = [table for setting in settings for table in tables(setting, registry)]
            write_whole(out / "comparison.md", joined(made, "md"))
    except KeyboardInterrupt:
        say(f"Stopped. The same command goes on with the runs in {out}.")
        ctx.exit(INTERRUPTED)
    except OSError as error:
        raise LatentGymError(
            f"{error.filename or out} cannot be written or read ({error.strerror or error}). The "
            f"same command goes on with the runs in {out}."
        ) from error
    click.echo(joined(made, width=text_width()), nl=False)
    say(f"The runs lie in {out}, the table in {out / 'comparison.md'}.")


def _is_parent(num_processes: int | None) -> bool:
    """Whether processes still have to be started; the ones that are know their number."""
    import os

    return num_processes is not None and num_processes > 1 and "WORLD_SIZE" not in os.environ


def _is_first_process() -> bool:
    """Whether this is the process that speaks for all."""
    import os

    return os.environ.get("RANK", "0") == "0"


def _launch(ctx: click.Context, name: str | None, out: Path, options: dict[str, Any]) -> None:
    """Start processes of this command that train together."""
    from latentgym_train.running.launching import launch

    number = options["num_processes"]
    what = ["--resume", str(out)] if name is None else [name, "--out", str(out)]
    what += (word for change in options["changes"] for word in ("--set", change))
    if options["seed"] is not None:
        what += ["--seed", str(options["seed"])]
    if options["quiet"]:
        what.append("--quiet")
    ctx.exit(launch([*what, "--num-processes", str(number)], number))
