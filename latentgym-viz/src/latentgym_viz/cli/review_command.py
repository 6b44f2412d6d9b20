"""`latentgym review`: notes and labels of people, kept next to a run."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from latentgym_core.cli.options import JSON, RUNS
from latentgym_core.cli.shown.console import print_table, say, write_json
from latentgym_core.errors import SpecError

if TYPE_CHECKING:
    from latentgym_core.records.trajectory import Trajectory
    from latentgym_viz.reviews.records import Review

RUN = click.argument("run", metavar="RUN", type=click.Path(path_type=Path, exists=True))
DETECTORS = click.option(
    "--detectors", is_flag=True, help="Count the failure modes found by inference as a reviewer."
)
DETECTOR = "detectors"


@click.group("review")
def command() -> None:
    """Label tasks, put reviewers side by side, measure their agreement.

    Reviews are JSON lines in reviews.jsonl next to the trajectories; nothing else is changed.
    """


@command.command("add")
@RUN
@click.option("--seed", required=True, type=click.IntRange(0), help="Seed of the sequence.")
@click.option("--task", type=click.IntRange(1), help="Task, from 1  [the whole sequence]")
@click.option("--agent", help="Who played; needed if several did.")
@click.option("--env", "env_id", help="Environment id; needed if there are several.")
@click.option("--split", help="Stream of the sequence; needed if there are several.")
@click.option("--label", default="", help="neglect, adapted, or whatever you agree on.")
@click.option(
    "--note", default="", help="Free text; without label and note, a review is withdrawn."
)
@click.option("--reviewer", help="Your name  [the name you are logged in with]")
def add(
    run: Path,
    seed: int,
    task: int | None,
    agent: str | None,
    env_id: str | None,
    split: str | None,
    label: str,
    note: str,
    reviewer: str | None,
) -> None:
    """Add a label or a note; it takes the place of your earlier one on the same task."""
    from latentgym_viz.reviews.records import review_of
    from latentgym_viz.reviews.store import add_reviews, reviews_path

    trajectory = _find(run, seed=seed, agent=agent, env_id=env_id, split=split)
    review = review_of(
        trajectory,
        None if task is None else task - 1,
        reviewer=reviewer or getpass.getuser(),
        label=label.strip(),
        note=note.strip(),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    add_reviews(run, [review])
    say(f"kept in {reviews_path(run)}")


@command.command("list")
@RUNS
@DETECTORS
@JSON
def list_reviews(runs: tuple[Path, ...], detectors: bool, as_json: bool) -> None:
    """Show reviews, one column for each reviewer."""
    from latentgym_core.records.serial import to_data
    from latentgym_viz.reviews.tables import side_by_side

    reviews = _read(runs, detectors=detectors)
    if as_json:
        write_json(to_data(reviews))
        return
    table = side_by_side(reviews)
    print_table(table.header, table.rows)


@command.command("export")
@RUNS
@DETECTORS
@click.option("--format", "form", type=click.Choice(("csv", "json")), default="csv")
def export(runs: tuple[Path, ...], detectors: bool, form: str) -> None:
    """Write all reviews to stdout, one row each."""
    from latentgym_viz.reviews import tables

    reviews = _read(runs, detectors=detectors)
    click.echo(tables.as_csv(reviews) if form == "csv" else tables.as_json(reviews), nl=False)


@command.command("agreement")
@RUNS
@DETECTORS
@JSON
def agreement(runs: tuple[Path, ...], detectors: bool, as_json: bool) -> None:
    """Measure how far reviewers agree: Cohen's kappa of two, Krippendorff's alpha of more."""
    from latentgym_core.records.serial import to_data
    from latentgym_viz.reviews.agreement import agreements
    from latentgym_viz.reviews.tables import agreement_table

    found = agreements(_read(runs, detectors=detectors))
    if as_json:
        write_json(to_data(found))
        return
    if not found:
        raise SpecError("No task has labels of two reviewers; `latentgym review add` adds some.")
    table = agreement_table(found)
    print_table(table.header, table.rows)


def _find(
    run: Path, *, seed: int, agent: str | None, env_id: str | None, split: str | None
) -> "Trajectory":
    """The one trajectory that is meant."""
    from latentgym_core.records.jsonl import read_trajectories

    wanted = {"seed": seed, "agent": agent, "env_id": env_id, "split": split}
    given = {name: value for name, value in wanted.items() if value is not None}
    found = [
        each
        for each in read_trajectories(run)
        if all(getattr(each, name) == value for name, value in given.items())
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        said = ", ".join(f"{name} {value}" for name, value in given.items())
        raise SpecError(f"{run} holds no sequence with {said}; `latentgym view {run}` shows all.")
    for name, flag in (("env_id", "--env"), ("agent", "--agent"), ("split", "--split")):
        values = list(dict.fromkeys(str(getattr(each, name)) for each in found))
        if len(values) > 1:
            raise SpecError(f"Several sequences have seed {seed}; add {flag}: {', '.join(values)}.")
    raise SpecError(f"{run} holds the sequence with seed {seed} {len(found)} times.")


def _read(runs: tuple[Path, ...], *, detectors: bool) -> "list[Review]":
    from latentgym_core.inference.folder import read_analyses
    from latentgym_viz.reviews.records import reviews_of_detectors
    from latentgym_viz.reviews.store import read_reviews

    reviews = [review for run in runs for review in read_reviews(run)]
    if detectors:
        analyses = (each for run in runs for each in read_analyses(run))
        reviews += [each for found in analyses for each in reviews_of_detectors(found, DETECTOR)]
    return reviews
