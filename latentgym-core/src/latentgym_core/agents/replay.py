"""`replay/FILE`: the replies of recorded trajectories, given again."""

from collections.abc import Mapping
from pathlib import Path

from latentgym_core.agents.base import Agent, AgentContext, Messages, Reply
from latentgym_core.errors import AgentError, SpecError
from latentgym_core.jsonl import read_trajectories
from latentgym_core.trajectory import Trajectory, TurnRecord

Opening = tuple[tuple[str, str], ...]
Turns = Mapping[tuple[int, int], TurnRecord]
"""Turns of a trajectory by task and turn index."""


class ReplayAgent(Agent):
    """Answers as a recording did: text, reasoning and usage.

    A sequence is found by its opening messages and its seed, a reply by task and turn index, so
    the environment's id may be written differently as long as it says the same. Where one agent
    played one sequence more than once, its first play counts.

    Args:
        model: A run folder or a `.jsonl[.gz]` file of our own records.
        agent: Whose play to give again, where the recording holds several.

    Raises:
        SpecError: The recording holds several agents and none is chosen, or not the chosen one.
        TrajectoryError: The recording cannot be read.
    """

    def __init__(self, model: str, agent: str | None = None) -> None:
        self._file = model
        played = list(read_trajectories(Path(model)))
        chosen = _choose(model, sorted({each.agent for each in played}), agent)
        self._recorded: dict[tuple[Opening, int], Turns] = {}
        for trajectory in played:
            if trajectory.agent == chosen:
                self._recorded.setdefault(_key(trajectory), _turns(trajectory))

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """The reply that was recorded at this point.

        Raises:
            AgentError: The sequence is not in the recording, or its replies have run out.
        """
        turns = self._recorded.get((_opening(messages), context.seed))
        if turns is None:
            raise AgentError(f"{self._file} holds no play of this sequence (seed {context.seed}).")
        task, turn = context.view.index, len(context.view.turns)
        record = turns.get((task, turn))
        if record is None:
            raise AgentError(
                f"{self._file} holds no reply for task {task + 1}, turn {turn + 1} of this "
                f"sequence (seed {context.seed}), only {len(turns)} replies in all."
            )
        return Reply(text=record.reply, reasoning=record.reasoning, usage=record.usage)


def _choose(file: str, agents: list[str], wanted: str | None) -> str:
    if wanted in agents:
        return wanted
    listed = ", ".join(agents) or "nobody"
    if wanted is not None:
        raise SpecError(f"{file} holds no play of {wanted!r}; it holds {listed}.")
    if len(agents) != 1:
        raise SpecError(f"{file} holds plays of {listed}; choose one with agent=NAME.")
    return agents[0]


def _key(trajectory: Trajectory) -> tuple[Opening, int]:
    return _opening(trajectory.opening), trajectory.seed


def _opening(messages: Messages) -> Opening:
    """The messages before the first reply, in a form that can be looked up."""
    opening = []
    for message in messages:
        if message["role"] == "assistant":
            break
        opening.append((message["role"], message["content"]))
    return tuple(opening)


def _turns(trajectory: Trajectory) -> Turns:
    return {(turn.task_index, turn.turn_index): turn for turn in trajectory.turns}
