"""What core can carry over: everything, nothing, the latest tasks, outcomes, z."""

from typing import ClassVar

from attrs import field, frozen

from latentgym_core.contract.validators import whole_number
from latentgym_core.records.trajectory import Carried
from latentgym_core.scaffolds.base import Past, Scaffold, Writer


@frozen(kw_only=True)
class Full(Scaffold):
    """Carries every earlier task."""

    whole_tasks: ClassVar[bool] = True

    async def carry(self, past: Past, write: Writer) -> Carried:
        """All earlier tasks."""
        del write
        return Carried(parts=tuple(range(past.index)))


@frozen(kw_only=True)
class Nothing(Scaffold):
    """Carries nothing: what an agent without a memory earns."""

    whole_tasks: ClassVar[bool] = True

    async def carry(self, past: Past, write: Writer) -> Carried:
        """Nothing."""
        del past, write
        return Carried()


@frozen(kw_only=True)
class LastK(Scaffold):
    """Carries the last k tasks.

    Attributes:
        k: How many, from 1.
    """

    whole_tasks: ClassVar[bool] = True
    k: int = field(default=1, validator=whole_number(1))

    async def carry(self, past: Past, write: Writer) -> Carried:
        """The last k tasks, or all if there were fewer."""
        del write
        return Carried(parts=tuple(range(past.index))[-self.k :])


HEADING = "How the tasks before this one ended:"


@frozen(kw_only=True)
class Outcomes(Scaffold):
    """Carries what the feedback said at the end of each task."""

    async def carry(self, past: Past, write: Writer) -> Carried:
        """The feedback of all earlier tasks, one line each."""
        del write
        told = [report for report in past.reports if report]
        return Carried(parts=("\n".join((HEADING, *told)),) if told else ())


@frozen(kw_only=True)
class Oracle(Scaffold):
    """Carries every earlier task, and z in the words of the prompt condition `oracle_info`."""

    privileged: ClassVar[bool] = True

    async def carry(self, past: Past, write: Writer) -> Carried:
        """z, then all earlier tasks."""
        del write
        return Carried(parts=(past.disclosure, *range(past.index)))
