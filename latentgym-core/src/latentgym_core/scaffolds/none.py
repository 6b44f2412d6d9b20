"""`none`: every task is the first one."""

from typing import ClassVar

from attrs import frozen

from latentgym_core.records.trajectory import Carried
from latentgym_core.scaffolds.base import Past, Scaffold, Writer


@frozen(kw_only=True)
class Nothing(Scaffold):
    """Carries nothing: what an agent without a memory earns."""

    whole_tasks: ClassVar[bool] = True

    async def carry(self, past: Past, write: Writer) -> Carried:
        """Nothing."""
        del past, write
        return Carried()
