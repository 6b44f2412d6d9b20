"""The agent contract."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

from attrs import frozen

from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.records.trajectory import Carried, TurnRecord, Usage

Messages = Sequence[dict[str, str]]
GoesBy = Literal["messages", "view", "itself"]


@frozen(kw_only=True)
class Reply:
    """What an agent answered.

    Attributes:
        text: The visible reply; this is what the core env plays. May be empty.
        reasoning: Reasoning that the provider keeps apart.
        usage: Tokens, latency, attempts; None for agents that cost nothing.
        carried: What a scaffold showed it of the past, at the first reply of a task.
    """

    text: str
    reasoning: str | None = None
    usage: Usage | None = None
    carried: Carried | None = None


@frozen(kw_only=True)
class AgentContext:
    """What an agent may know beside the messages.

    Attributes:
        session: Identifies the sequence being played, so that an agent may keep a cache for it.
        seed: Seed of the sequence, for agents that draw at random.
        view: The public side of the sequence as structured facts; scripted players read it.
        truth: The ground truth, for privileged agents alone, else None.
        opening: The messages before the first reply.
        turns: The record so far, from which scaffolds choose what an agent remembers.
        rules: Rules of the current game, which a scaffold must not let it forget.
    """

    session: str
    seed: int
    view: SequenceView
    truth: Truth | None = None
    opening: tuple[dict[str, str], ...] = ()
    turns: tuple[TurnRecord, ...] = ()
    rules: str = ""


class Agent(ABC):
    """Whoever replies. One agent object serves many sequences at once."""

    name: str = ""
    """The agent string it was made from."""
    privileged: bool = False
    """Whether the rollout hands it the truth."""
    goes_by: GoesBy = "messages"
    """Where its memory lies: in the `messages` it is sent, in the `view` (scripted players), or in
    the agent `itself`, so that no scaffold can take it away."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @abstractmethod
    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Answer the conversation so far; a pure function of its arguments where it can be.

        Raises:
            AgentError: No reply could be had; the rollout records it and ends this sequence.
            ContextOverflowError: The conversation no longer fits; the sequence is truncated.
        """

    def share(self, other: "Agent") -> None:  # noqa: B027 - most agents hold nothing worth sharing
        """Use what `other`, made for the same provider and model, has loaded, if that can be."""

    async def finish(self, session: str) -> None:  # noqa: B027 - most agents keep nothing
        """Forget what was kept for a sequence that is over."""

    async def close(self) -> None:  # noqa: B027 - most agents hold no resources
        """Release connections and weights."""
