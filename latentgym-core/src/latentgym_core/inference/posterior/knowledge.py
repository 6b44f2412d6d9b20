"""What could be known of z after every turn and every task of a trajectory."""

from collections.abc import Sequence

from attrs import frozen

from latentgym_core.families.hypotheses import Candidates
from latentgym_core.inference.posterior.tracking import Tracker
from latentgym_core.inference.replaying import WalkedTask

LIKELY = -1.0  # log2 probability from which on z counts as identified: one half


@frozen(kw_only=True)
class TaskKnowledge:
    """What one task told of z; all in bits.

    Attributes:
        entropy_before: H(z) before the task.
        entropy_after: H(z) after it, its feedback included.
        information: KL(posterior after || posterior before).
        log2_prob_z: Log2 of the posterior probability of the true z after it; None if z is not
            known.
        by_turn: After each turn (entropy, log2 probability of z); the last one is after the
            task. Empty where that would take too long.
        effective_sample_size: Of a sampled posterior after the task, else None.
    """

    entropy_before: float
    entropy_after: float
    information: float
    log2_prob_z: float | None
    by_turn: tuple[tuple[float, float | None], ...]
    effective_sample_size: float | None


def knowledge(tracker: Tracker, tasks: Sequence[WalkedTask], z: object) -> list[TaskKnowledge]:
    """Follow the posterior through the tasks.

    Args:
        tracker: Before the first task.
        tasks: In order.
        z: The true value, as the tracker's `log2_prob` takes it; None if it is not known.
    """
    known = []
    for task in tasks:
        candidates = Candidates(task.evidence)
        after = tracker.after(candidates)
        known.append(_task(tracker, after, candidates, z))
        tracker = after
    return known


def identified_at(known: Sequence[TaskKnowledge]) -> int | None:
    """After how many tasks z had probability one half and kept it; None if never."""
    at = None
    for number, task in enumerate(known, start=1):
        likely = task.log2_prob_z is not None and task.log2_prob_z >= LIKELY
        at = (at or number) if likely else None
    return at


def _task(before: Tracker, after: Tracker, candidates: Candidates, z: object) -> TaskKnowledge:
    beliefs = after.beliefs
    end = (beliefs.entropy, _log2_prob(after, z))
    turns = range(1, len(candidates.evidence.told.replies))
    by_turn: list[tuple[float, float | None]] = []
    if before.follows_turns(candidates):
        partial = (before.after(candidates, turn) for turn in turns)
        by_turn = [(each.beliefs.entropy, _log2_prob(each, z)) for each in partial]
        by_turn.append(end)
    return TaskKnowledge(
        entropy_before=before.beliefs.entropy,
        entropy_after=end[0],
        information=beliefs.information_since(before.beliefs),
        log2_prob_z=end[1],
        by_turn=tuple(by_turn),
        effective_sample_size=beliefs.effective_sample_size,
    )


def _log2_prob(tracker: Tracker, z: object) -> float | None:
    return None if z is None else tracker.log2_prob(z)
