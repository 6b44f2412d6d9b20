"""`latentgym report`: figures, tables and a page about some runs."""

from pathlib import Path

import click

from latentgym_core.cli.options import JSON, QUIET, RUNS
from latentgym_core.cli.shown.console import say, write_json
from latentgym_core.errors import TrajectoryError

FORMATS = ("svg", "png", "pdf")


@click.command("report")
@RUNS
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--baseline", help="Agent the others are compared with; default: the first.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS),
    help="Of the figures; repeatable  [all three]",
)
@JSON
@QUIET
def command(
    runs: tuple[Path, ...],
    out: Path,
    baseline: str | None,
    formats: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Write figures, tables and one page about runs.

    RUN is a run folder, a training folder or a .jsonl file of trajectories; several are pooled.
    OUT gets report.html, which holds everything and loads nothing, figures/ as SVG, PNG and PDF
    with their captions, and tables/ as Markdown, LaTeX and CSV. A report that is there already is
    replaced. What the runs have no data for is named with the command that supplies it.
    """
    from latentgym_core.records.serial import to_data
    from latentgym_viz.reading.findings import read_findings
    from latentgym_viz.report.folder import write_report

    findings = read_findings(runs, baseline=baseline)
    if not findings.scores and not findings.training and not any(r.planned for r in findings.runs):
        raise TrajectoryError(
            f"{', '.join(map(str, runs))}: there is no run here; `latentgym eval` begins one."
        )

    def tell(key: str) -> None:
        if not quiet:
            say(f"figure {key}")

    report = write_report(findings, out, formats=formats or FORMATS, on_figure=tell)
    if as_json:
        files = [str(path) for path in (report.page, *report.files)]
        write_json({"page": str(report.page), "files": files, "missing": to_data(report.missing)})
        return
    click.echo(str(report.page))
    if not quiet:
        for each in report.missing:
            say(f"missing: {each.what} `{each.command}` supplies it.")
