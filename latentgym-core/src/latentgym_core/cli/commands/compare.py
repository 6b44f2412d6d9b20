"""`latentgym compare`: who is better, pair by pair."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from attrs import evolve

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.options import FORMAT, JSON, RUNS
from latentgym_core.cli.shown.console import say, text_width, write_json
from latentgym_core.records.hand_off_name import parse_hand_off

if TYPE_CHECKING:
    from latentgym_core.metrics.duels import Axis
    from latentgym_core.metrics.scores import Score
    from latentgym_core.registry.registry import Registry

OF = ("agent", "prompt", "feedback")
BY = ("env", "core_env", "latent", "tier", "prompt", "feedback", "seed", "agent", "all")


@click.command("compare")
@RUNS
@click.option(
    "--of", type=click.Choice(OF), default="agent", show_default=True, help="What is compared."
)
@click.option(
    "--by", type=click.Choice(BY), default="env", show_default=True, help="What to group by."
)
@click.option("--baseline", help="The side the others are compared with; default: the first.")
@click.option(
    "--all-measures", is_flag=True, help="Every measure of every group, not reward alone."
)
@JSON
@FORMAT
@click.pass_context
def command(
    ctx: click.Context,
    /,
    runs: tuple[Path, ...],
    of: str,
    by: str,
    baseline: str | None,
    all_measures: bool,
    as_json: bool,
    form: str,
) -> None:
    """Compare what was played on the same sequences: differences, wins and losses.

    RUN is a run folder or a .jsonl file of trajectories; several are pooled, but an agent that
    played the same sequences in several runs is compared with itself, run by run. Pairs share the
    sequence, and all of agent, prompt and feedback that is not compared.
    """
    from latentgym_core.metrics.duels import build_duels
    from latentgym_core.metrics.rendering.duels import render_duels
    from latentgym_core.records.serial import to_data

    scores = _scores(runs, split_runs=of == "agent")
    axes = {"tier": _tier(current_registry(ctx))}
    report = build_duels(scores, of=of, by=by, baseline=baseline, axes=axes)
    if as_json:
        write_json(to_data(report))
    else:
        width = text_width()
        click.echo(render_duels(report, form, all_measures=all_measures, width=width), nl=False)
    for duel in report.duels if as_json or form == "csv" else ():
        if duel.warning:
            say(duel.warning)


def _scores(runs: Iterable[Path], *, split_runs: bool) -> "Iterator[Score]":
    """All plays; an agent that played the same in several runs is named by run, if wanted."""
    from latentgym_core.metrics.scores import score
    from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories

    files = (run / TRAJECTORIES if run.is_dir() else run for run in runs)
    different = {file.resolve(): file for file in files}.values()
    found = {file: [score(each) for each in read_trajectories(file)] for file in different}
    runs_of = Counter(
        (agent, key)
        for scores in found.values()
        for agent, key in {(each.agent, each.pair_key) for each in scores}
    )
    repeated = {agent for (agent, _), count in runs_of.items() if count > 1 and split_runs}
    for file, scores in found.items():
        where = file.parent if file.name == TRAJECTORIES else file
        for each in scores:
            if parse_hand_off(each.agent) is None:
                name = f"{each.agent} [{where}]" if each.agent in repeated else each.agent
                yield evolve(each, agent=name)


def _tier(registry: "Registry") -> "Axis":
    """How hard the latent of a play is meant to be."""

    def tier(score: "Score") -> str:
        env_id = score.env_id
        return str(registry.latent(env_id.core_envs, env_id.latent).spec.tier)

    return tier
