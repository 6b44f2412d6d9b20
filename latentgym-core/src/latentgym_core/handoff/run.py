"""A hand-off measurement in a run folder: append-only, resumable, `handoff.json` at the end."""

import asyncio
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

from latentgym_core.errors import SpecError, TrajectoryError
from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.handoff.efficiency import HandOffReport
from latentgym_core.handoff.playing import play_hand_offs
from latentgym_core.handoff.report import build_hand_off_report
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.serial import dump_document, from_data, to_data
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.records.whole_files import write_whole
from latentgym_core.runs.config import Job
from latentgym_core.runs.evaluation import OnFinish, OnTask, Stage
from latentgym_core.runs.folder import CONFIG, RunFolder
from latentgym_core.runs.suite import HAND_OFF_KEY

HANDOFF = "handoff.json"


def read_hand_off_config(path: Path) -> HandOffConfig:
    """Read the configuration of a folder that `run_hand_offs` began.

    Raises:
        SpecError: There is none, or it is that of another kind of run.
    """
    try:
        data = tomllib.loads((path / CONFIG).read_text(encoding="utf-8"))
        if HAND_OFF_KEY not in data:
            raise SpecError(
                f"{path / CONFIG} describes no hand-off run; `latentgym eval --resume {path}` "
                f"continues evaluations."
            )
        return from_data(HandOffConfig, data, strict=True)
    except OSError as error:
        raise SpecError(f"{path / CONFIG} cannot be read ({error.strerror or error}).") from error
    except SpecError:
        raise
    except ValueError as error:
        raise SpecError(f"{path / CONFIG} describes no hand-off run ({error}).") from error


def read_hand_off_report(file: Path) -> HandOffReport:
    """Read the `handoff.json` of a finished run.

    Raises:
        TrajectoryError: It is no such report.
    """
    try:
        return from_data(HandOffReport, json.loads(file.read_text("utf-8")))
    except ValueError as error:
        raise TrajectoryError(f"{file} is no hand-off report ({error}).") from error


def run_hand_offs(
    folder: RunFolder,
    stage: Stage,
    config: HandOffConfig,
    on_finish: OnFinish,
    on_task: OnTask | None = None,
    recorded: Iterable[Trajectory] = (),
) -> HandOffReport:
    """Play what is missing in a folder and write its report.

    Args:
        folder: A new or resumed run.
        stage: The loaded environment and agents.
        config: What the folder's `config.toml` says.
        on_finish: Called with each trajectory once it is written.
        on_task: Called whenever a task has ended and another of its sequence begins.
        recorded: Plays of those who are not asked; what the folder lacks of them is written first.
    """

    def keep(trajectory: Trajectory) -> None:
        folder.append(trajectory)
        on_finish(trajectory)

    (folder.path / HANDOFF).unlink(missing_ok=True)  # of an earlier, incomplete state
    missing = set(folder.missing)
    for each in recorded:
        if Job.of(each) in missing:
            keep(each)
    finished = {Job.of(each): each for each in read_trajectories(folder.path)}
    asyncio.run(
        play_hand_offs(
            stage,
            config,
            finished,
            on_finish=keep,
            on_task=on_task,
            on_crash=folder.log_crash,
        )
    )
    folder.finish()
    report = build_hand_off_report(config, read_trajectories(folder.path))
    write_whole(folder.path / HANDOFF, dump_document(to_data(report)))
    return report
