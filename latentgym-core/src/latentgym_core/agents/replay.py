"""`replay/FILE`: the replies of recorded trajectories, given again."""

from collections import defaultdict
from pathlib import Path

from latentgym_core.contract.agent import Agent, AgentContext, Messages, Reply
from latentgym_core.errors import AgentError, SpecError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.serial import dump_line
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.sequence.environment import hyperparameters
from latentgym_core.wording import choices


class ReplayAgent(Agent):
    """Answers as a recording did: text, reasoning and usage.

    A sequence is found by its seed, its latent and its opening messages, and a reply only by the
    whole conversation so far: where an environment answers otherwise than it did when it was
    recorded, there is no reply. Of several plays of one sequence, the first that agrees is taken.

    Args:
        model: A run folder or a `.jsonl[.gz]` file of our own records.
        agent: Whose play to give again, where the recording holds several.

    Raises:
        SpecError: The recording holds several agents and none is chosen, or not the chosen one.
        TrajectoryError: The recording cannot be read.
    """

    goes_by = "itself"

    def __init__(self, model: str, agent: str | None = None) -> None:
        if not model:
            raise SpecError("replay needs a recording: write replay/FILE.")
        self._file = model
        recorded = list(read_trajectories(Path(model)))
        chosen = _choose(model, sorted({each.agent for each in recorded}), agent)
        self._plays: defaultdict[str, list[Trajectory]] = defaultdict(list)
        for play in recorded:
            if play.agent == chosen:
                self._plays[_key(play.seed, play.latent, play.opening)].append(play)

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """The reply that was recorded at this point.

        Raises:
            AgentError: The recording lacks this sequence, this course of it, or a further reply.
        """
        latent = context.view.latent
        facts = {"family": latent.family, "params": hyperparameters(latent)}
        num_replies = sum(message["role"] == "assistant" for message in messages)
        plays = self._plays.get(_key(context.seed, facts, _opening(messages)), ())
        agreeing = [play for play in plays if play.messages[: len(messages)] == tuple(messages)]
        for play in agreeing:
            if num_replies < len(play.turns):
                turn = play.turns[num_replies]
                return Reply(text=turn.reply, reasoning=turn.reasoning, usage=turn.usage)
        missing = "play of this sequence"
        if plays:
            missing = "further reply" if agreeing else "such course of this sequence"
        raise AgentError(
            f"{self._file} holds no {missing} (seed {context.seed}, at reply {num_replies + 1})."
        )


def _choose(file: str, agents: list[str], wanted: str | None) -> str:
    if wanted in agents:
        return wanted
    listed = ", ".join(agents) or "nobody"
    if wanted is not None:
        raise SpecError(f"{file} holds no play of {wanted!r}; it holds {choices(wanted, agents)}")
    if len(agents) != 1:
        raise SpecError(f"{file} holds plays of {listed}; choose one with agent=NAME.")
    return agents[0]


def _key(seed: int, latent: object, opening: Messages) -> str:
    """What tells sequences apart, as text; tuples and lists are the same in it."""
    return dump_line([seed, latent, opening])


def _opening(messages: Messages) -> Messages:
    """The messages before the first reply."""
    roles = [message["role"] for message in messages]
    return messages[: roles.index("assistant")] if "assistant" in roles else messages
