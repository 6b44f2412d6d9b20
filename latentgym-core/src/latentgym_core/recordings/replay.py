"""Play the replies of a record again, through the core envs as they are now, and compare."""

from collections.abc import Iterator
from itertools import zip_longest

from attrs import evolve, frozen

from latentgym_core.records.trajectory import TaskOutcome, Trajectory, TurnRecord
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.sequence.stored import environment_for, restore_sequence

TOLERANCE = 1e-9  # of a task reward
FIELDS = ("reward", "turns")
OUT_OF_TURNS = "turns"


@frozen(kw_only=True)
class Mismatch:
    """A task that did not turn out as recorded.

    Attributes:
        task_index: From 0.
        field: What differs: one of `FIELDS`, the attributes of an outcome that are compared.
        recorded: Its recorded value; None if the record says the task was not finished.
        replayed: Its value now; None if it was not finished now.
    """

    task_index: int
    field: str
    recorded: float | None
    replayed: float | None


@frozen(kw_only=True)
class Replay:
    """A record played again.

    Attributes:
        trajectory: Facts, outcomes and versions of today around the recorded conversation.
        num_tasks: Tasks compared: those that were finished, then or now.
        mismatches: What differs; empty if all finished tasks agree.
    """

    trajectory: Trajectory
    num_tasks: int
    mismatches: tuple[Mismatch, ...]


def replay(recorded: Trajectory, registry: Registry) -> Replay:
    """Play every recorded reply.

    Args:
        recorded: A trajectory of ours, or a published recording after `adopt`.
        registry: The installed plugins.

    Raises:
        UnknownNameError: A core env, prompt or feedback is not installed.
        SpecError: The record does not fit the installed core env.
    """
    played = play_again(recorded, registry)
    mismatches = compare(recorded, played)
    trajectory = evolve(
        played,
        agent=recorded.agent,
        latent=recorded.latent or played.latent,
        z=recorded.z,
        z_text=recorded.z_text or played.z_text,
        opening=recorded.opening,
        turns=tuple(map(_with_recorded_event, played.turns, recorded.turns)),
        truncated=played.truncated if mismatches else recorded.truncated,
        metadata={**recorded.metadata, **_notes(recorded, played, mismatches)},
    )
    num_tasks = max(len(_finished(recorded)), len(_finished(played)))
    return Replay(trajectory=trajectory, num_tasks=num_tasks, mismatches=mismatches)


def play_again(recorded: Trajectory, registry: Registry) -> Trajectory:
    """The record as it is played today, in today's words; nobody's name stands above it.

    Raises:
        UnknownNameError: A core env, prompt or feedback is not installed.
        SpecError: The record does not fit the installed core env.
    """
    environment = environment_for(EnvId.parse(recorded.env_id), recorded.tasks, registry)
    env = SequenceEnv(environment, reward_type=recorded.reward_type)
    env.load(restore_sequence(environment, recorded))
    for turn in recorded.turns:
        if env.done:
            break
        env.repeat(turn)
    if not env.done:
        if recorded.error is not None:
            env.fail(recorded.error)
        else:
            env.truncate(recorded.truncated or OUT_OF_TURNS)
    return env.trajectory


def compare(recorded: Trajectory, played: Trajectory) -> tuple[Mismatch, ...]:
    """Every finished task that did not turn out as recorded."""
    return tuple(
        mismatch
        for index, (before, after) in enumerate(zip_longest(_finished(recorded), _finished(played)))
        for mismatch in _differences(index, before, after)
    )


def _notes(
    recorded: Trajectory, played: Trajectory, mismatches: tuple[Mismatch, ...]
) -> dict[str, int]:
    """What a reader of the replayed record must know, if anything."""
    unplayed = len(recorded.turns) - len(played.turns)
    notes = {"replay_mismatches": len(mismatches), "unplayed_replies": unplayed}
    return {name: number for name, number in notes.items() if number}


def _finished(trajectory: Trajectory) -> list[TaskOutcome]:
    return [outcome for outcome in trajectory.outcomes if not outcome.truncated]


def _with_recorded_event(played: TurnRecord, recorded: TurnRecord) -> TurnRecord:
    return evolve(played, event=recorded.event)


def _differences(
    index: int, then: TaskOutcome | None, now: TaskOutcome | None
) -> Iterator[Mismatch]:
    for name in FIELDS:
        before = None if then is None else float(getattr(then, name))
        after = None if now is None else float(getattr(now, name))
        if before is None or after is None or abs(before - after) > TOLERANCE:
            yield Mismatch(task_index=index, field=name, recorded=before, replayed=after)
