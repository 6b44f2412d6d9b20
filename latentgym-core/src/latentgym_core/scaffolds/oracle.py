"""`oracle`: told z before the first task."""

from typing import ClassVar

from attrs import frozen

from latentgym_core.records.trajectory import Carried
from latentgym_core.scaffolds.base import Past, Scaffold, Writer


@frozen(kw_only=True)
class Oracle(Scaffold):
    """Carries every earlier task, and z in the words of the prompt condition `oracle_info`."""

    privileged: ClassVar[bool] = True

    async def carry(self, past: Past, write: Writer) -> Carried:
        """z, then all earlier tasks."""
        del write
        return Carried(parts=(past.disclosure, *range(past.index)))
