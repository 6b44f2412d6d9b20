"""The agent contract."""

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence

from attrs import frozen

from latentgym_core.trajectory import Usage
from latentgym_core.view import SequenceView, Truth

Messages = Sequence[dict[str, str]]


@frozen(kw_only=True)
class Reply:
    """What an agent answered.

    Attributes:
        text: The visible reply; this is what the core env plays. May be empty.
        reasoning: Reasoning that the provider keeps apart.
        usage: Tokens, latency, attempts; None for agents that cost nothing.
    """

    text: str
    reasoning: str | None = None
    usage: Usage | None = None


@frozen(kw_only=True)
class AgentContext:
    """What an agent may know beside the messages.

    Attributes:
        session: Identifies the sequence being played, so that an agent may keep a cache for it.
        seed: Seed of the sequence, for agents that draw at random.
        view: The public side of the sequence as structured facts; scripted players read it.
        truth: The ground truth, for privileged scripted players alone, else None.
    """

    session: str
    seed: int
    view: SequenceView
    truth: Truth | None = None


class Agent(ABC):
    """Whoever replies. One agent object serves many sequences at once."""

    name: str = ""
    """The agent string it was made from."""
    privileged: bool = False
    """Whether the rollout hands it the truth."""

    @abstractmethod
    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Answer the conversation so far; a pure function of its arguments where it can be.

        Raises:
            AgentError: No reply could be had; the rollout records it and ends this sequence.
            ContextOverflowError: The conversation no longer fits; the sequence is truncated.
        """

    async def finish(self, session: str) -> None:  # noqa: B027 - most agents keep nothing
        """Forget what was kept for a sequence that is over."""

    async def close(self) -> None:  # noqa: B027 - most agents hold no resources
        """Release connections and weights."""


class Player(ABC):
    """A scripted player: a function of the public view. Subclasses are `attrs.frozen`."""

    @abstractmethod
    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Reply to the current observation.

        Args:
            view: The public side of the sequence.
            truth: The ground truth if the player is registered as privileged, else None.
            rng: A stream that depends on the sequence's seed and the turn alone.
        """
