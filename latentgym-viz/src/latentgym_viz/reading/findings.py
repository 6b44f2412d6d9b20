"""Everything that charts and reports show of some runs, read once."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, field, frozen

from latentgym_core.handoff.efficiency import HandOffReport
from latentgym_core.handoff.run import HANDOFF, read_hand_off_report
from latentgym_core.inference.folder import read_analyses
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.keeping import kept
from latentgym_core.metrics.measures import AXES
from latentgym_core.metrics.records import Report, Summary
from latentgym_core.metrics.report import build_report
from latentgym_core.metrics.scores import Score, score
from latentgym_core.metrics.summary import grouped, summaries
from latentgym_core.records.hand_off_name import parse_hand_off
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_viz.reading.run_command import command_of, planned_plays, read_run_config
from latentgym_viz.reading.training_log import TrainingLog, read_training_log


@frozen
class Failure:
    """An error that ended a sequence: who played, the class of the error, its message."""

    agent: str
    kind: str
    message: str


@frozen(kw_only=True)
class RunFacts:
    """What a run folder says of itself.

    Attributes:
        path: Where it lies, as it was named.
        command: The command that plays the same again; empty if nothing tells.
        planned: Agent to the number of whole sequences it was to play.
        played: Agent to the number of whole sequences that are there.
        has_analyses: Whether there is an inference file.
        is_training: Whether it holds a training log.
        versions: Versions of every component and distribution.
    """

    path: Path
    command: str
    planned: Mapping[str, int]
    played: Mapping[str, int]
    has_analyses: bool
    is_training: bool
    versions: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Findings:
    """Everything that is shown of some runs.

    Attributes:
        runs: The runs, each once.
        report: The core's measures, grouped by environment.
        scores: Of every whole play, in file order.
        failures: The errors that ended sequences, in file order.
        hand_offs: The hand-off measurements.
        analyses: What inference says, by (environment id, split, seed, agent).
        training: The logs of training runs.
    """

    runs: tuple[RunFacts, ...]
    report: Report
    scores: tuple[Score, ...]
    failures: tuple[Failure, ...]
    hand_offs: tuple[HandOffReport, ...]
    analyses: tuple[SequenceAnalysis, ...]
    training: tuple[TrainingLog, ...]

    @property
    def agents(self) -> tuple[str, ...]:
        """Everybody who has played or is going to, in order of appearance."""
        cells = [cell for report in self.hand_offs for cell in report.cells]
        handed = [name for cell in cells for name in (cell.explorer, cell.exploiter)]
        planned = [agent for run in self.runs for agent in run.planned]
        return tuple(dict.fromkeys([*(each.agent for each in self.scores), *handed, *planned]))

    @property
    def environments(self) -> tuple[str, ...]:
        """Full ids of what was played, in order of appearance."""
        return tuple(dict.fromkeys(str(each.env_id) for each in self.scores))

    @kept(len(AXES))
    def summaries(self, by: str) -> tuple[Summary, ...]:
        """The core's measures, grouped by another axis; each axis is measured once.

        Args:
            by: One of `measures.AXES`.
        """
        if by == self.report.by:
            return self.report.summaries
        return summaries(grouped(self.scores, by))

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that played the sequences, each once."""
        playing = [each for each in self.runs if each.played or each.planned]
        return tuple(dict.fromkeys(each.command for each in playing if each.command))

    @property
    def training_commands(self) -> tuple[str, ...]:
        """The commands that trained, each once."""
        trained = [each for each in self.runs if each.is_training]
        return tuple(dict.fromkeys(each.command for each in trained if each.command))

    @property
    def inference_commands(self) -> tuple[str, ...]:
        """The commands that produced the analyses."""
        return tuple(
            shlex.join(["latentgym", "metrics", str(each.path), "--inference"])
            for each in self.runs
            if each.has_analyses
        )


def read_findings(paths: Sequence[Path], *, baseline: str | None = None) -> Findings:
    """Read runs; several are pooled.

    Args:
        paths: Run folders, training folders or `.jsonl` files of trajectories.
        baseline: The agent the others are compared with; the first of each environment if None.

    Raises:
        TrajectoryError: A file cannot be read, or is damaged before its last line.
        SpecError: Nobody of the baseline's name has played.
    """
    runs = tuple({path.resolve(): path for path in paths}.values())
    plays = {run: _Plays() for run in runs}
    report = build_report(_whole_plays(plays), baseline=baseline)
    analyses = {run: tuple(read_analyses(run)) for run in runs}
    training = {run: read_training_log(run) for run in runs}
    return Findings(
        runs=tuple(
            _facts(run, plays[run], bool(analyses[run]), training[run] is not None) for run in runs
        ),
        report=report,
        scores=tuple(each for run in runs for each in plays[run].scores),
        failures=tuple(each for run in runs for each in plays[run].failures),
        hand_offs=tuple(each for run in runs for each in _hand_off(run)),
        analyses=tuple(each for run in runs for each in analyses[run]),
        training=tuple(log for log in training.values() if log is not None),
    )


@define
class _Plays:
    """What is kept of the whole plays of a run."""

    scores: list[Score] = field(factory=list)
    failures: list[Failure] = field(factory=list)
    versions: dict[str, str] = field(factory=dict)


def _whole_plays(kept: Mapping[Path, _Plays]) -> Iterator[Trajectory]:
    """Every whole play, one by one; what is shown of it is kept on the way."""
    for run, plays in kept.items():
        if run.is_dir() and not (run / TRAJECTORIES).exists():
            continue
        for each in read_trajectories(run):
            if parse_hand_off(each.agent) is not None:
                continue
            plays.scores.append(score(each))
            plays.versions.update(each.versions)
            if (error := each.error) is not None:
                plays.failures.append(Failure(each.agent, error.kind, error.message))
            yield each


def _facts(run: Path, plays: _Plays, has_analyses: bool, is_training: bool) -> RunFacts:
    config = read_run_config(run)
    return RunFacts(
        path=run,
        command=command_of(run, config),
        planned=planned_plays(config),
        played=Counter(each.agent for each in plays.scores),
        has_analyses=has_analyses,
        is_training=is_training,
        versions={**(config.versions if config else {}), **plays.versions},
    )


def _hand_off(run: Path) -> Iterator[HandOffReport]:
    if (run / HANDOFF).is_file():
        yield read_hand_off_report(run / HANDOFF)
