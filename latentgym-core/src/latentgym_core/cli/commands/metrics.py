"""`latentgym metrics`: curves, measures and comparisons of runs that were played."""

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.options import FORMAT, JSON, RUNS
from latentgym_core.cli.shown.console import fitted, write_json
from latentgym_core.cli.shown.progress import counting
from latentgym_core.errors import TrajectoryError
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories

if TYPE_CHECKING:
    from latentgym_core.inference.summary import InferenceReport

BY = ("env", "core_env", "latent", "prompt", "feedback", "seed", "agent")


@click.command("metrics")
@RUNS
@click.option(
    "--by", type=click.Choice(BY), default="env", show_default=True, help="What to group by."
)
@click.option("--baseline", help="Agent the others are compared with; default: the first.")
@JSON
@FORMAT
@click.option(
    "--inference",
    is_flag=True,
    help="Add what could be known of z, what was used of it, and failure modes.",
)
@click.option(
    "--space",
    default="family",
    show_default=True,
    help="What the posterior leaves open: family, declared, or latents joined by commas.",
)
@click.option("--jobs", default=0, help="Processes of the inference; default: one for each core.")
def command(
    runs: tuple[Path, ...],
    by: str,
    baseline: str | None,
    as_json: bool,
    form: str,
    inference: bool,
    space: str,
    jobs: int,
) -> None:
    """Summarise runs: reward curves, measures and paired comparisons, all with 95 % intervals.

    RUN is a run folder or a .jsonl file of trajectories; several are pooled. With --inference the
    analysis of every trajectory is kept in the run folder, as inference.jsonl.
    """
    from latentgym_core.metrics import RENDERERS
    from latentgym_core.records.serial import to_data
    from latentgym_core.runs.reporting import report_of_runs

    files = dict.fromkeys((run / TRAJECTORIES if run.is_dir() else run).resolve() for run in runs)
    report = report_of_runs(tuple(files), by=by, baseline=baseline)
    if not report.summaries:
        raise TrajectoryError(f"{', '.join(map(str, runs))}: no sequence has been played yet.")
    found = _infer(tuple(files), space, jobs, by, baseline) if inference else None
    if as_json:
        write_json({**to_data(report), **({"inference": to_data(found)} if found else {})})
        return
    click.echo(fitted(RENDERERS, form)(report), nl=False)
    if found is not None:
        from latentgym_core.inference.rendering import INFERENCE_RENDERERS

        click.echo(fitted(INFERENCE_RENDERERS, form)(found), nl=False)


def _infer(
    files: tuple[Path, ...], space: str, jobs: int, by: str, baseline: str | None
) -> "InferenceReport":
    from latentgym_core.inference.folder import keep_analyses
    from latentgym_core.inference.run import Order, analyse_all, check_space, whole_plays
    from latentgym_core.inference.summary import build_inference_report

    check_space(space, current_registry())
    trajectories = list(chain.from_iterable(map(read_trajectories, files)))
    with counting(len(whole_plays(trajectories)), "sequence") as on_done:
        analyses = analyse_all(trajectories, Order(space=space, jobs=jobs), on_done)
    keep_analyses(files, analyses)
    return build_inference_report(analyses, trajectories, by=by, baseline=baseline)
