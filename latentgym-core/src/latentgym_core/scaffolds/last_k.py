"""`last_k`: the latest tasks."""

from typing import ClassVar

from attrs import field, frozen
from attrs.validators import ge, instance_of

from latentgym_core.records.trajectory import Carried
from latentgym_core.scaffolds.base import Past, Scaffold, Writer


@frozen(kw_only=True)
class LastK(Scaffold):
    """Carries the last k tasks.

    Attributes:
        k: How many, from 1.
    """

    whole_tasks: ClassVar[bool] = True
    k: int = field(default=1, validator=[instance_of(int), ge(1)])

    async def carry(self, past: Past, write: Writer) -> Carried:
        """The last k tasks, or all if there were fewer."""
        del write
        return Carried(parts=tuple(range(past.index))[-self.k :])
