"""Walk through a trajectory again: positions before every reply, and what each task told."""

from collections.abc import Iterator
from typing import Any

from attrs import frozen

from latentgym_core.contract.core_env import StepResult
from latentgym_core.families.evidence import TaskEvidence
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.sequence.drawn import TaskSequence
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


@frozen(kw_only=True)
class Walk:
    """A trajectory that was walked through once; all of the analysis looks at this.

    Attributes:
        trajectory: The record.
        sequence: What was drawn.
        z: The recorded z; where there is none, that of a preset that fixes it, else None.
        tasks: Every task that ended, in order.
    """

    trajectory: Trajectory
    sequence: TaskSequence
    z: Any
    tasks: tuple[WalkedTask, ...]


def walk(environment: Environment, trajectory: Trajectory) -> Walk:
    """Walk through a trajectory.

    Args:
        environment: What it was played in.
        trajectory: A record with its tasks.
    """
    sequence = restore_sequence(environment, trajectory)
    z = _fixed_z(environment) if sequence.z is None else sequence.z
    tasks = tuple(_tasks(environment, sequence, trajectory))
    return Walk(trajectory=trajectory, sequence=sequence, z=z, tasks=tasks)


def _fixed_z(environment: Environment) -> Any:
    drawn = [environment.z(seed) for seed in range(PROBES)]
    return drawn[0] if all(each == drawn[0] for each in drawn) else None


def _tasks(
    environment: Environment, sequence: TaskSequence, trajectory: Trajectory
) -> Iterator[WalkedTask]:
    env = SequenceEnv(environment, reward_type=trajectory.reward_type)
    env.load(sequence)
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
