"""What a report cannot show, why, and which command supplies it."""

import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from attrs import frozen

from latentgym_core.runs.folder import CONFIG
from latentgym_core.wording import counted
from latentgym_viz.charts.coverage import coverage_counts
from latentgym_viz.reading.findings import Findings, RunFacts

TRAIN = "latentgym-train"


@frozen
class Missing:
    """Something that is not in the report.

    Attributes:
        what: What it is and why it is not there, in one sentence.
        command: What supplies it.
    """

    what: str
    command: str


def find_missing(findings: Findings, installed: Collection[str]) -> list[Missing]:
    """Everything that could be in the report and is not.

    Args:
        findings: What was read.
        installed: Names of the installed distributions of LatentGym.
    """
    return [
        *_plays(findings),
        *_intervals(findings),
        *_analyses(findings),
        *_hand_offs(findings),
        *_training(findings, installed),
    ]


def _plays(findings: Findings) -> Iterator[Missing]:
    for run in findings.runs:
        if not run.played and not run.is_training:
            yield Missing(f"{run.path} holds no sequence yet.", _go_on(run))
    counts = coverage_counts(findings).values()
    for state, reason in (
        ("not played yet", "not played yet"),
        ("failed", "ended by an error and left out of all estimates"),
    ):
        number = sum(count[state] for count in counts)
        if number:
            behind = [run for run in findings.runs if run.planned and run.played]
            command = _go_on(behind[0]) if behind else "latentgym eval --resume RUN"
            yield Missing(f"{counted(number, 'sequence')} {reason}.", command)


def _go_on(run: RunFacts) -> str:
    if not (run.path / CONFIG).is_file():
        return f"latentgym eval ID --agent AGENT --out {shlex.quote(str(run.path))}"
    command = "handoff" if run.command.startswith("latentgym handoff") else "eval"
    return shlex.join(["latentgym", command, "--resume", str(run.path)])


def _intervals(findings: Findings) -> Iterator[Missing]:
    lone = [each for each in findings.report.summaries if each.num_sequences == 1]
    if lone:
        yield Missing(
            f"Intervals of {counted(len(lone), 'agent')} in an environment: one sequence has none.",
            "latentgym eval ID --agent AGENT -n 50",
        )


def _analyses(findings: Findings) -> Iterator[Missing]:
    played = [run.path for run in findings.runs if run.played and not run.has_analyses]
    if played:
        yield Missing(
            "What was known about the latent, history use and failure modes: "
            f"{_listed(played)} {'has' if len(played) == 1 else 'have'} no analyses.",
            shlex.join(["latentgym", "metrics", *map(str, played), "--inference"]),
        )
    unknown = sum(each.method == "none" for each in findings.analyses)
    if unknown:
        reason = next(each.reason for each in findings.analyses if each.method == "none")
        yield Missing(
            f"The posterior of {counted(unknown, 'sequence')}: {reason.rstrip('.')}.",
            "latentgym metrics RUN --inference --space declared",
        )


def _hand_offs(findings: Findings) -> Iterator[Missing]:
    if findings.scores and not findings.hand_offs:
        agents = [*findings.agents, "AGENT", "AGENT"][:2]
        names = [word for agent in agents for word in ("--agent", agent)]
        yield Missing(
            "Exploration and exploitation apart: no run hands sequences over.",
            shlex.join(["latentgym", "handoff", findings.environments[0], *names]),
        )


def _training(findings: Findings, installed: Collection[str]) -> Iterator[Missing]:
    if findings.training:
        return
    if TRAIN in installed:
        yield Missing(
            "Training curves: none of the folders is that of a training run.",
            "latentgym train RECIPE --out DIR",
        )
    else:
        yield Missing(f"Training curves: {TRAIN} is not installed.", f"pip install ./{TRAIN}")


def _listed(paths: list[Path]) -> str:
    shown = ", ".join(map(str, paths[:3]))
    return f"{shown} and {len(paths) - 3} more" if len(paths) > 3 else shown
