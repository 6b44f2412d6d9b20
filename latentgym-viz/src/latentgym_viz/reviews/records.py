"""What a person says of a task or of a whole sequence."""

from attrs import field, frozen

from latentgym_core.errors import SpecError
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.records.trajectory import Trajectory

Unit = tuple[str, str, int, str, int | None]
"""Environment id, split, seed, agent and task index (None: the whole sequence)."""


def _given(_: object, attribute: object, value: str) -> None:
    del attribute
    if not value.strip():
        raise SpecError("A review needs the name of its reviewer: --reviewer NAME.")


@frozen(kw_only=True)
class Review:
    """One remark; a later one of the same reviewer on the same unit takes its place.

    Attributes:
        env_id: As in the trajectory, and so the next three: together they name it.
        split: Stream of the sequence.
        seed: Its seed.
        agent: Who played.
        task_index: From 0; None for the whole sequence.
        reviewer: Whose remark it is.
        label: One word or a few, the same for the same thing; empty for a note alone.
        note: Free text.
        time: When it was made, in ISO 8601; empty if that is not known.
    """

    env_id: str
    split: str
    seed: int
    agent: str
    task_index: int | None = None
    reviewer: str = field(validator=_given)
    label: str = ""
    note: str = ""
    time: str = ""

    @property
    def unit(self) -> Unit:
        """What it is about."""
        return (self.env_id, self.split, self.seed, self.agent, self.task_index)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it says nothing: that is how an earlier remark is taken back."""
        return not self.label and not self.note


def review_of(
    trajectory: Trajectory,
    task_index: int | None,
    *,
    reviewer: str,
    label: str = "",
    note: str = "",
    time: str = "",
) -> Review:
    """A review of a trajectory.

    Raises:
        SpecError: It has no such task, or nobody is named as the reviewer.
    """
    if task_index is not None and not 0 <= task_index < trajectory.num_tasks:
        raise SpecError(
            f"There is no task {task_index + 1}; the sequence has tasks 1 to "
            f"{trajectory.num_tasks}."
        )
    return Review(
        env_id=trajectory.env_id,
        split=trajectory.split,
        seed=trajectory.seed,
        agent=trajectory.agent,
        task_index=task_index,
        reviewer=reviewer,
        label=label,
        note=note,
        time=time,
    )


def reviews_of_detectors(analysis: SequenceAnalysis, reviewer: str) -> list[Review]:
    """What the detectors found, as if a reviewer of that name had labelled the whole sequence.

    Args:
        analysis: Of a sequence.
        reviewer: The name to go by.
    """
    return [
        Review(
            env_id=analysis.env_id,
            split=analysis.split,
            seed=analysis.seed,
            agent=analysis.agent,
            reviewer=reviewer,
            label=label.mode,
            note=label.sentence,
        )
        for label in analysis.labels[:1]
    ]
