"""The log of a training run: one JSON object per optimiser step."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from latentgym_core.records.jsonl import read_json_lines

LOG = "log.jsonl"


@frozen(kw_only=True)
class LoggedStep:
    """One line of a log.

    Attributes:
        stage: Part of the training that the step belongs to; empty if the log names none.
        step: Counts from 1 in each stage; the number of the line from 0 if the log names none.
        numbers: Every finite number of the line, by name; those of nested objects as
            `outer.inner`.
    """

    stage: str
    step: float
    numbers: Mapping[str, float]


@frozen(kw_only=True)
class TrainingLog:
    """What a training run logged, line by line."""

    run: Path
    steps: tuple[LoggedStep, ...]

    @property
    def stages(self) -> tuple[str, ...]:
        """Every stage, in order."""
        return tuple(dict.fromkeys(each.stage for each in self.steps))


def read_training_log(run: Path) -> TrainingLog | None:
    """Read `log.jsonl` of a training folder; None if there is none.

    Raises:
        TrajectoryError: A line before the last is damaged.
    """
    path = run / LOG
    if not path.is_file():
        return None
    lines = enumerate(data for _, data in read_json_lines(path) if isinstance(data, Mapping))
    return TrainingLog(run=run, steps=tuple(_step(index, data) for index, data in lines))


def _step(index: int, data: Mapping[str, Any]) -> LoggedStep:
    numbers = dict(_numbers(data))
    return LoggedStep(
        stage=str(data.get("stage", "")),
        step=numbers.pop("step", float(index)),
        numbers=numbers,
    )


def _numbers(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in data.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}{name}.")
        elif _is_number(value):
            yield f"{prefix}{name}", float(value)


def _is_number(value: Any) -> bool:
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and math.isfinite(value)
