"""`full`: everything, as without a scaffold."""

from typing import ClassVar

from attrs import frozen

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
