"""Walk through a trajectory again: positions before every reply, and what each task told."""

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from latentgym_core.contract.core_env import StepResult
from latentgym_core.families.evidence import TaskEvidence
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.sequence.environment import Environment
from latentgym_core.sequence.sequence_env import SequenceEnv, StepReturn
from latentgym_core.sequence.stored import restore_sequence

PROBES = 4  # draws that show whether a preset fixes z


@frozen(kw_only=True)
class WalkedTask:
    """One task of a trajectory that ended.

    Attributes:
        index: From 0.
        starts: The position before each reply, as forks that can be played on.
        replies: What the agent replied, in order.
        evidence: What the task told.
        reward: What it paid.
    """

    index: int
    starts: tuple[SequenceEnv, ...]
    replies: tuple[str, ...]
    evidence: TaskEvidence
    reward: float


def walk(environment: Environment, trajectory: Trajectory) -> Iterator[WalkedTask]:
    """Every task that ended, in order.

    Args:
        environment: What the trajectory was played in.
        trajectory: A record with its tasks.
    """
    env = SequenceEnv(environment, reward_type=trajectory.reward_type)
    env.load(restore_sequence(environment, trajectory))
    starts: list[SequenceEnv] = []
    answers: list[StepReturn] = []
    for turn in trajectory.turns:
        if env.done:
            return
        starts.append(env.fork())
        answers.append(env.step(turn.reply))
        if answers[-1].task_reward is not None:
            yield _task(starts, answers, env)
            starts, answers = [], []


def true_z(environment: Environment, trajectory: Trajectory) -> Any:
    """The recorded z; where there is none, that of a preset that fixes it, else None."""
    z = restore_sequence(environment, trajectory).z
    if z is not None:
        return z
    drawn = [environment.z(seed) for seed in range(PROBES)]
    return drawn[0] if all(each == drawn[0] for each in drawn) else None


def _task(starts: list[SequenceEnv], answers: list[StepReturn], after: SequenceEnv) -> WalkedTask:
    begin = starts[0]
    index, sequence = begin.task_index, begin.sequence
    told = after.history[index]
    reward = answers[-1].task_reward
    assert reward is not None
    return WalkedTask(
        index=index,
        starts=tuple(starts),
        replies=told.replies,
        evidence=TaskEvidence(
            told=told,
            core_env=begin.environment.core_envs[told.core_env_name],
            num_tasks=begin.environment.num_tasks,
            answers=tuple(_result(each, solved=told.solved) for each in answers),
            task=sequence.tasks[index],
            key=sequence.task_keys[index],
        ),
        reward=reward,
    )


def _result(answer: StepReturn, *, solved: bool) -> StepResult:
    done = answer.task_reward is not None
    return StepResult(
        answer.event.observation,
        done,
        answer.raw_reward or 0.0,
        solved and done,
        answer.facts,
    )
