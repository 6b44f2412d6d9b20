"""What the index keeps of a played sequence, and of its analysis."""

import json
from typing import Any

from attrs import frozen

from latentgym_core.errors import TrajectoryError
from latentgym_core.inference.records import Label, SequenceAnalysis
from latentgym_core.records.serial import from_data
from latentgym_core.records.trajectory import SCHEMA_VERSION, TaskOutcome, Trajectory
from latentgym_core.registry.env_id import EnvId

SOLVED, UNSOLVED, CUT_OFF, NOT_BEGUN = "s", "u", "c", "-"


@frozen
class Played:
    """Names a played sequence within a run."""

    env_id: str
    split: str
    seed: int
    agent: str


@frozen(kw_only=True)
class Row:
    """A played sequence without its conversation.

    Attributes:
        played: Its name.
        variant: The published experiment it belongs to; empty for runs of our own.
        rewards: r_1 .. r_N.
        turns: Replies used in each task; 0 for a task that was never begun.
        states: One letter for each task: solved, unsolved, cut off, not begun.
        num_invalid: Replies whose facts say `valid: false`.
        end: What ended it early: a budget, or `error: KIND`; empty if nothing did.
    """

    played: Played
    variant: str
    rewards: tuple[float, ...]
    turns: tuple[int, ...]
    states: str
    num_invalid: int
    end: str


@frozen(kw_only=True)
class Finding:
    """An analysis without its tasks and turns.

    Attributes:
        played: The sequence it is about.
        labels: What the detectors found.
        regret: Reward of the oracle player minus reward earned; None if that is not known.
        score: Normalised between the blind (0) and the oracle player (1).
    """

    played: Played
    labels: tuple[Label, ...] = ()
    regret: float | None = None
    score: float | None = None


def read_row(line: bytes) -> Row:
    """Reduce a line of trajectories.

    Raises:
        ValueError: It is no trajectory of this schema; the sentence says why.
    """
    data = json_object(line)
    if data.get("schema_version") != SCHEMA_VERSION:
        raise TrajectoryError(
            f"has schema {data.get('schema_version')!r}; this version reads {SCHEMA_VERSION}."
        )
    turns = data.pop("turns", [])
    if not isinstance(turns, list):
        raise TrajectoryError("has turns that are no list.")
    record = from_data(Trajectory, data)
    EnvId.parse(record.env_id)
    unplayed = record.num_tasks - len(record.outcomes)
    return Row(
        played=Played(record.env_id, record.split, record.seed, record.agent),
        variant=str(record.metadata.get("variant") or ""),
        rewards=record.rewards,
        turns=tuple(each.turns for each in record.outcomes) + (0,) * unplayed,
        states="".join(map(_state, record.outcomes)) + NOT_BEGUN * unplayed,
        num_invalid=sum(_is_invalid(turn) for turn in turns),
        end=f"error: {record.error.kind}" if record.error else record.truncated or "",
    )


def read_finding(line: bytes) -> Finding:
    """Reduce a line of analyses.

    Raises:
        ValueError: It is no analysis.
    """
    data = json_object(line)
    data.pop("turns", None)
    record = from_data(SequenceAnalysis, data)
    lost = [None if each.oracle is None else each.oracle - each.reward for each in record.tasks]
    known = [each for each in lost if each is not None]
    return Finding(
        played=Played(record.env_id, record.split, record.seed, record.agent),
        labels=record.labels,
        regret=sum(known) if known and len(known) == len(lost) else None,
        score=record.normalised_score,
    )


def json_object(line: bytes) -> dict[str, Any]:
    """Parse a line; numbers that JSON does not know (NaN, Infinity) become None.

    Raises:
        ValueError: It is no JSON object.
    """
    data = json.loads(line, parse_constant=lambda _: None)
    if not isinstance(data, dict):
        raise TrajectoryError("is no JSON object.")
    return data


def _state(outcome: TaskOutcome) -> str:
    if outcome.truncated:
        return CUT_OFF
    return SOLVED if outcome.solved else UNSOLVED


def _is_invalid(turn: Any) -> bool:
    facts = turn.get("facts") if isinstance(turn, dict) else None
    return isinstance(facts, dict) and facts.get("valid") is False
