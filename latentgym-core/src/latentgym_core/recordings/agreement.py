"""Replay many recordings and count how far they agree, by core env and variant."""

from collections.abc import Iterable, Iterator

from attrs import define, field, frozen

from latentgym_core.errors import EnvError, LatentGymError, UnknownNameError
from latentgym_core.recordings.adoption import adopt
from latentgym_core.recordings.files import Found
from latentgym_core.recordings.published import PublishedRecording
from latentgym_core.recordings.replay import Mismatch, Replay, replay
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.registry import Registry

OURS = "own run"
UNREADABLE = "unreadable"


@frozen(kw_only=True)
class Attempt:
    """What became of one recording.

    Attributes:
        where: File and line.
        core_env: The game, several joined by `+`; empty if the recording could not be read.
        variant: Published variant, or `own run`.
        replay: The replay; None if there was none.
        reason: Why there was none.
        failed: Whether that is an error, rather than a missing plugin.
    """

    where: str
    core_env: str = ""
    variant: str = ""
    replay: Replay | None = None
    reason: str = ""
    failed: bool = False


def attempt_replays(found: Iterable[Found], registry: Registry) -> Iterator[Attempt]:
    """Replay one recording after the other; nothing that is wrong with one stops the rest."""
    for each in found:
        yield _attempt(each, registry)


def _attempt(found: Found, registry: Registry) -> Attempt:
    record = found.record
    if record is None:
        return Attempt(where=found.where, variant=UNREADABLE, reason=found.problem, failed=True)
    if isinstance(record, PublishedRecording):
        core_env, variant = "+".join(record.env_id.core_envs), record.variant
    else:
        core_env, variant = "+".join(dict.fromkeys(record.core_envs)), OURS
    replayed, reason, failed = None, "", False
    try:
        replayed = _replay(record, registry)
    except (UnknownNameError, EnvError) as error:
        reason = str(error)
    except LatentGymError as error:
        reason, failed = str(error), True
    except Exception as error:  # a core env that raises is what a replay is there to find
        reason, failed = f"The core env failed: {error!r}", True
    return Attempt(
        where=found.where,
        core_env=core_env,
        variant=variant,
        replay=replayed,
        reason=reason,
        failed=failed,
    )


def _replay(record: PublishedRecording | Trajectory, registry: Registry) -> Replay:
    if isinstance(record, PublishedRecording):
        return replay(adopt(record, registry), registry)
    if record.error is not None and not record.turns:
        raise EnvError(f"It failed before its first reply ({record.error.kind}).")
    return replay(record, registry)


@define(kw_only=True)
class Agreement:
    """Counts over the recordings of one core env and variant.

    Attributes:
        num_recordings: All of them.
        num_replayed: Those that could be played.
        num_agreeing: Those of which every task agrees.
        num_tasks: Tasks compared: finished when recorded, or now.
        num_rewards: Tasks whose reward agrees.
        num_turn_counts: Tasks whose turn count agrees.
        num_truncated: Replayed recordings with a task that was never finished.
    """

    core_env: str
    variant: str
    num_recordings: int = 0
    num_replayed: int = 0
    num_agreeing: int = 0
    num_tasks: int = 0
    num_rewards: int = 0
    num_turn_counts: int = 0
    num_truncated: int = 0

    def add(self, attempt: Attempt) -> None:
        """Count one more."""
        self.num_recordings += 1
        replayed = attempt.replay
        if replayed is None:
            return
        fields = [mismatch.field for mismatch in replayed.mismatches]
        self.num_replayed += 1
        self.num_agreeing += not fields
        self.num_tasks += replayed.num_tasks
        self.num_rewards += replayed.num_tasks - fields.count("reward")
        self.num_turn_counts += replayed.num_tasks - fields.count("turns")
        self.num_truncated += replayed.trajectory.truncated is not None


@frozen(kw_only=True)
class Located:
    """A mismatch and where it was recorded."""

    where: str
    env_id: str
    mismatch: Mismatch


@define(kw_only=True)
class AgreementReport:
    """What a whole replay came to; grows with every recording, keeps only the first mismatches.

    Attributes:
        groups: By (core env, variant).
        mismatches: The first of them.
        num_mismatches: All of them.
        skipped: Reason to how many recordings it kept from being played.
        failed: The same for those that are damaged, or that a core env raised on.
    """

    keep: int = 10
    groups: dict[tuple[str, str], Agreement] = field(factory=dict)
    mismatches: list[Located] = field(factory=list)
    num_mismatches: int = 0
    skipped: dict[str, int] = field(factory=dict)
    failed: dict[str, int] = field(factory=dict)

    def add(self, attempt: Attempt) -> None:
        """Count one more recording."""
        key = (attempt.core_env, attempt.variant)
        group = self.groups.setdefault(
            key, Agreement(core_env=attempt.core_env, variant=attempt.variant)
        )
        group.add(attempt)
        if attempt.replay is None:
            reasons = self.failed if attempt.failed else self.skipped
            reasons[attempt.reason] = reasons.get(attempt.reason, 0) + 1
            return
        found = attempt.replay.mismatches
        self.num_mismatches += len(found)
        self.mismatches += [
            Located(where=attempt.where, env_id=attempt.replay.trajectory.env_id, mismatch=each)
            for each in found[: self.keep - len(self.mismatches)]
        ]

    @property
    def rows(self) -> list[Agreement]:
        """The groups, sorted by core env and variant."""
        return [self.groups[key] for key in sorted(self.groups)]

    @property
    def agrees(self) -> bool:
        """Whether something was found, all of it is whole, and all that was played agrees."""
        return bool(self.groups) and not self.num_mismatches and not self.failed
