"""Feedback conditions: what an agent is told when a task ends, written once for all core envs."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv


@frozen
class TaskReport:
    """A finished task as a feedback may speak of it.

    Attributes:
        core_env: The game.
        task: Its ground truth.
        index: Task index from 0.
        num_tasks: Horizon N.
        reward: Reward of the task.
        solved: Whether it was solved.
        facts: The core env's `outcome_facts`.
    """

    core_env: AnyCoreEnv
    task: Any
    index: int
    num_tasks: int
    reward: float
    solved: bool
    facts: Facts

    @property
    def score(self) -> float:
        """What is told in the place of the reward: the same, unless the core env has another."""
        score: float = self.facts.get("score", self.reward)
        return score


class Feedback(ABC):
    """A feedback condition."""

    reveals: ClassVar[bool] = False
    """Whether the text tells the ground truth of the finished task."""

    @abstractmethod
    def report(self, report: TaskReport) -> str:
        """The text that ends a task."""


@frozen(kw_only=True)
class Standard(Feedback):
    """Solved or not, and the score."""

    def report(self, report: TaskReport) -> str:
        """One line with the task's number, success and score (three decimals)."""
        success = "solved" if report.solved else "not solved"
        where = f"Task {report.index + 1} of {report.num_tasks}"
        return f"{where}: {success}, score {report.score:.3f}."


@frozen(kw_only=True)
class Information(Feedback):
    """The same, how the task stood at its end, and what it was."""

    reveals: ClassVar[bool] = True

    def report(self, report: TaskReport) -> str:
        """The standard line, then last guess or board, then the ground truth in words."""
        parts = (
            Standard().report(report),
            report.core_env.recap(report.facts),
            report.core_env.reveal(report.task),
        )
        return " ".join(filter(None, parts))
