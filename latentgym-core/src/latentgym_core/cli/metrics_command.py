"""`latentgym metrics`: curves, measures and comparisons of runs that were played."""

from itertools import chain
from pathlib import Path

import click

from latentgym_core.cli.console import write_json
from latentgym_core.errors import TrajectoryError
from latentgym_core.jsonl import TRAJECTORIES, read_trajectories

BY = ("env", "core_env", "latent", "prompt", "feedback", "agent")
FORMATS = ("text", "md", "csv")


@click.command("metrics")
@click.argument(
    "runs", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--by", type=click.Choice(BY), default="env", show_default=True, help="What to group by."
)
@click.option("--baseline", help="Agent the others are compared with; default: the first.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Layout.",
)
def command(
    runs: tuple[Path, ...], by: str, baseline: str | None, as_json: bool, form: str
) -> None:
    """Summarise runs: reward curves, measures and paired comparisons, all with 95 % intervals.

    RUN is a run folder or a .jsonl file of trajectories; several are pooled.
    """
    from latentgym_core.metrics import RENDERERS, build_report
    from latentgym_core.serial import to_data

    files = dict.fromkeys((run / TRAJECTORIES if run.is_dir() else run).resolve() for run in runs)
    trajectories = chain.from_iterable(map(read_trajectories, files))
    report = build_report(trajectories, by=by, baseline=baseline)
    if not report.summaries:
        raise TrajectoryError(f"{', '.join(map(str, runs))}: no sequence has been played yet.")
    if as_json:
        write_json(to_data(report))
    else:
        click.echo(RENDERERS[form](report), nl=False)
