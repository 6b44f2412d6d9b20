"""What a task was worth: to the agent, and to reference players in its place."""

from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from latentgym_core.inference.reference.references import References, play_on, play_task
from latentgym_core.inference.replaying import WalkedTask
from latentgym_core.sequence.sequence_env import SequenceEnv


@frozen(kw_only=True)
class TaskValues:
    """Rewards on one task. None: no such player, or it cannot play here.

    Attributes:
        blind: r0, a player that remembers nothing.
        bayes: rB, the Bayes player after the agent's history.
        oracle: rO, a player that is told z.
        opened: rA, the Bayes player after the agent's history and its first reply.
        tail: Reward of this task and all later ones if the Bayes player plays them.
    """

    blind: float | None
    bayes: float | None
    oracle: float | None
    opened: float | None
    tail: float | None


def task_values(
    task: WalkedTask, players: References, z: Any, hindsight: Sequence[Any] | None
) -> TaskValues:
    """Let the reference players play a task that an agent has played.

    Args:
        task: What the agent did.
        players: The reference players.
        z: The true z, None if it is not known.
        hindsight: For an unknown z: every task of the sequence as revealed, after which the Bayes
            player stands for the oracle.
    """
    start = task.starts[0]
    tail = play_on(start, players.bayes)
    return TaskValues(
        blind=play_task(start.fork(), players.blind),
        bayes=tail[0] if tail else None,
        oracle=_oracle(start, players, z, hindsight),
        opened=_opened(task, players),
        tail=sum(tail) if tail else None,
    )


def _opened(task: WalkedTask, players: References) -> float | None:
    if len(task.starts) < 2:
        return task.reward
    return play_task(task.starts[1].fork(), players.bayes)


def _oracle(
    start: SequenceEnv, players: References, z: Any, hindsight: Sequence[Any] | None
) -> float | None:
    fork = start.fork()
    if z is not None:
        name = start.sequence.core_env_names[start.task_index]
        return play_task(fork, players.oracle, z) if name in players.oracle else None
    if hindsight is None:
        return None
    return play_task(fork, players.bayes, history=tuple(hindsight))


def revealed(tasks: Sequence[WalkedTask]) -> list[Any]:
    """The finished tasks of a sequence as if each had been revealed."""
    seen = [each.evidence for each in tasks]
    return [evolve(each.told, revealed=each.core_env.revealed(each.task)) for each in seen]
