"""What a task tells about z by its replies and what they were answered."""

from collections.abc import Iterable
from typing import Any

from attrs import evolve, frozen

from latentgym_core.contract.core_env import StepResult
from latentgym_core.contract.latent import AnyCoreEnv, TaskContext
from latentgym_core.contract.told import FinishedTask

UNKNOWN_KEY = 0  # of chance, which a player cannot know
ROUNDING = 1e-9  # of a score


@frozen(kw_only=True)
class TaskEvidence:
    """One task, or the first turns of it, as an agent saw it.

    Attributes:
        told: The public side: visible facts, replies and facts of its turns, whether it was solved,
            and what the feedback revealed. An unfinished task is not solved.
        core_env: The game.
        num_tasks: Horizon N.
        answers: What the replies were answered; empty for a player, who goes by the facts.
        task: The ground truth; None for a player, who may have to work it out.
        key: Key of all chance inside the task.
    """

    told: FinishedTask
    core_env: AnyCoreEnv
    num_tasks: int
    answers: tuple[StepResult, ...] = ()
    task: Any = None
    key: int = UNKNOWN_KEY

    @property
    def known(self) -> bool:
        """Whether the agent knows the task for certain, and so do we."""
        game = self.core_env
        solved = self.told.solved and game.solving_reveals
        revealed = self.told.revealed is not None and game.reveals_all
        return self.task is not None and (solved or revealed)

    def until(self, turn: int) -> "TaskEvidence":
        """The first turns alone, before the task ended."""
        facts, replies = self.told.turns[:turn], self.told.replies[:turn]
        told = evolve(
            self.told, turns=facts, replies=replies, solved=False, revealed=None, reward=None
        )
        return evolve(self, told=told, answers=self.answers[:turn])

    def context(self, history: tuple[Any, ...]) -> TaskContext:
        """Where a candidate for this task would have been drawn."""
        name = self.told.core_env_name
        return TaskContext(self.core_env, name, self.told.index, self.num_tasks, history)


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
    game, task = evidence.core_env, evidence.told
    if game.visible(candidate) != task.visible:
        return -1
    state, _ = game.start(candidate, evidence.key)
    last = len(task.replies) - 1
    for turn, reply in enumerate(task.replies):
        state, result = game.step(state, reply)
        if not _as_answered(result, evidence, turn) or (result.done and turn < last):
            return turn
        if turn == last and not _scored_so(state, result.reward, evidence):
            return turn
    return len(task.replies)


def revealed_so(candidate: Any, evidence: TaskEvidence) -> bool:
    """Whether feedback would have told of a candidate what it told, if it told anything."""
    told = evidence.told.revealed
    return told is None or evidence.core_env.revealed(candidate) == told


def _scored_so(state: Any, reward: float, evidence: TaskEvidence) -> bool:
    """Whether a player would have been told the same score at the end, if there was one."""
    told = evidence.told.reward
    score = evidence.core_env.outcome_facts(state).get("score", reward)
    return told is None or abs(score - told) < ROUNDING


def _as_answered(result: StepResult, evidence: TaskEvidence, turn: int) -> bool:
    """Whether an answer cannot be told from the one that was given."""
    task = evidence.told
    if not evidence.answers:
        solved = task.solved and turn == len(task.replies) - 1
        return bool(result.facts == task.turns[turn]) and result.solved == solved
    answer = evidence.answers[turn]
    # The score is told when a task ends.
    return (result.observation, result.done, result.solved, result.reward) == (
        answer.observation,
        answer.done,
        answer.solved,
        answer.reward,
    )
