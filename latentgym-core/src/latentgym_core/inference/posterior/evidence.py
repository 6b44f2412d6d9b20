"""What a trajectory tells about z: for each task, the replies and what they were answered."""

from collections.abc import Iterable
from typing import Any

from attrs import evolve, frozen

from latentgym_core.contract.core_env import StepResult
from latentgym_core.contract.latent import AnyCoreEnv, TaskContext
from latentgym_core.contract.told import FinishedTask


@frozen(kw_only=True)
class TaskEvidence:
    """One task, or the first turns of it, as an agent saw it.

    Attributes:
        told: The public side: visible facts, facts of its turns, whether it was solved, and the
            task itself if the feedback revealed it. An unfinished task is not solved.
        core_env: The game.
        index: Task index, from 0.
        num_tasks: Horizon N.
        replies: What the agent replied.
        answers: What it was answered; empty for a player, who goes by the facts of the turns.
        task: The ground truth; None for a player, who may have to work it out.
        key: Key of all chance inside the task.
    """

    told: FinishedTask
    core_env: AnyCoreEnv
    index: int
    num_tasks: int
    replies: tuple[str, ...]
    answers: tuple[StepResult, ...] = ()
    task: Any
    key: int

    @property
    def known(self) -> bool:
        """Whether the agent knows the task for certain, and so do we."""
        game = self.core_env
        solved = self.told.solved and game.solving_reveals
        revealed = self.told.revealed is not None and game.reveals_all
        return self.task is not None and (solved or revealed)

    def until(self, turn: int) -> "TaskEvidence":
        """The first turns alone, before the task ended."""
        facts = self.told.turns[:turn]
        told = evolve(self.told, turns=facts, solved=False, revealed=None)
        return evolve(self, told=told, replies=self.replies[:turn], answers=self.answers[:turn])

    def context(self, history: tuple[Any, ...]) -> TaskContext:
        """Where a candidate for this task would have been drawn."""
        name = self.told.core_env_name
        return TaskContext(self.core_env, name, self.index, self.num_tasks, history)


def told(evidence: Iterable[TaskEvidence]) -> tuple[FinishedTask, ...]:
    """The public side of tasks, as players and families read it."""
    return tuple(each.told for each in evidence)


def turns_explained(candidate: Any, evidence: TaskEvidence) -> int:
    """How many replies a candidate task would have answered as they were answered.

    Args:
        candidate: A task.
        evidence: What happened.

    Returns:
        From 0 to the number of replies; -1 if the candidate looks different from the start.
    """
    game = evidence.core_env
    if game.visible(candidate) != evidence.told.visible:
        return -1
    state, _ = game.start(candidate, evidence.key)
    for turn, reply in enumerate(evidence.replies):
        state, result = game.step(state, reply)
        if not _as_answered(result, evidence, turn):
            return turn
    return len(evidence.replies)


def _as_answered(result: StepResult, evidence: TaskEvidence, turn: int) -> bool:
    """Whether an answer cannot be told from the one that was given."""
    if not evidence.answers:
        return bool(result.facts == evidence.told.turns[turn])
    answer = evidence.answers[turn]
    # The score is told when a task ends.
    return (result.observation, result.done, result.solved, result.reward) == (
        answer.observation,
        answer.done,
        answer.solved,
        answer.reward,
    )
