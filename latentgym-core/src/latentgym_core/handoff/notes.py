"""What is handed over in place of a history: notes that the explorer is asked to write."""

from collections.abc import Awaitable, Callable

from attrs import frozen

from latentgym_core.contract.agent import Agent
from latentgym_core.errors import SpecError
from latentgym_core.records.trajectory import Carried, Written
from latentgym_core.runs.rollout import context_for
from latentgym_core.scaffolds.agent import ScaffoldAgent
from latentgym_core.scaffolds.base import Past, Scaffold, Writer
from latentgym_core.scaffolds.builtin import Full
from latentgym_core.sequence.sequence_env import SequenceEnv

HEADING = "Another player played the tasks before this one and left you these notes:"
NOTHING = "(The player wrote nothing.)"
REQUEST = (
    "Another player will play the tasks that are left. It will see the rules and what you write "
    "now, but nothing of the tasks above. Write down whatever may help it, in at most 200 words, "
    "and reply with the notes alone."
)


@frozen(kw_only=True)
class HandedNotes(Scaffold):
    """Carries another player's notes and every task since.

    Attributes:
        boundary: K, the tasks that the notes stand for.
        notes: Has them written, once for all who are handed them.
    """

    boundary: int
    notes: Callable[[], Awaitable[Written]]

    async def carry(self, past: Past, write: Writer) -> Carried:
        """The notes, then the agent's own tasks."""
        del write
        if past.index == self.boundary:
            written = await self.notes()
            return Carried(parts=_shown(written), written=written)
        handed = past.carried[self.boundary].written
        assert handed is not None  # it was recorded when the first of these tasks began
        return Carried(parts=(*_shown(handed), *range(self.boundary, past.index)))


async def write_notes(explorer: Agent, fork: SequenceEnv, session: str) -> Written:
    """Ask an agent for notes on what it has played, as far as its scaffold remembers it.

    Args:
        explorer: Who played.
        fork: The sequence where it is handed over.
        session: Identifies this call to the agent's caches.

    Raises:
        AgentError: It could not reply.
    """
    writer = explorer if isinstance(explorer, ScaffoldAgent) else ScaffoldAgent(explorer, Full())
    context = context_for(fork, writer, session)
    try:
        carried = await writer.carry(context)
        return await writer.write(carried.parts, REQUEST, context)
    finally:
        await explorer.finish(session)


def check_writers(explorers: dict[str, Agent], exploiters: dict[str, Agent]) -> None:
    """Check that notes can be written and read.

    Raises:
        SpecError: An agent does neither, or remembers by a scaffold of its own.
    """
    for name, agent in {**explorers, **exploiters}.items():
        if agent.goes_by != "messages":
            raise SpecError(f"{name} writes and reads no texts, so it can hand over no notes.")
    for name, agent in exploiters.items():
        if isinstance(agent, ScaffoldAgent):
            raise SpecError(f"{name} has a scaffold, which leaves no place for another's notes.")


def _shown(written: Written) -> tuple[str, str]:
    return HEADING, written.text.strip() or NOTHING
