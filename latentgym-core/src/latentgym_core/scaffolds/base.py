"""The scaffold contract."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import ClassVar

from attrs import frozen

from latentgym_core.records.trajectory import Carried, TurnRecord, Written

Part = int | str
"""The whole conversation of the task with that index, or a text in the role of the user."""
Writer = Callable[[Sequence[Part], str], Awaitable[Written]]
"""Shows the agent the first message and some parts, asks it for a text, returns what it wrote."""


@frozen(kw_only=True)
class Past:
    """What a scaffold may choose from when a task begins.

    Attributes:
        index: Index of the task that begins, from 0.
        num_tasks: Horizon N.
        turns: All turns of the earlier tasks, with their texts and facts.
        reports: What the feedback said at the end of each earlier task.
        carried: Task index to what this agent carried into that task; none of another agent's.
        disclosure: z in words if the scaffold is privileged, else empty.
    """

    index: int
    num_tasks: int
    turns: tuple[TurnRecord, ...]
    reports: tuple[str, ...]
    carried: Mapping[int, Carried]
    disclosure: str = ""


class Scaffold(ABC):
    """Decides once a task what stands between the first message and the task's own conversation.

    The first message, which holds the rules, is never cut, and neither is the current task.
    Subclasses are `attrs.frozen(kw_only=True)`; their fields are parameters of the agent string.
    """

    privileged: ClassVar[bool] = False
    """Whether it is told z; the record then marks every turn as privileged."""
    whole_tasks: ClassVar[bool] = False
    """Whether it carries whole tasks and no text, so that players who do not read can use it."""

    @abstractmethod
    async def carry(self, past: Past, write: Writer) -> Carried:
        """Choose what the agent sees of the past during the task that begins.

        Args:
            past: Public record of the earlier tasks.
            write: Asks the agent for a text; a model call, whose tokens count for this turn.

        Returns:
            The parts in order, and what was written for them.

        Raises:
            AgentError: What `write` raises goes on to the rollout.
        """
