"""`outcomes`: how the earlier tasks ended, without how they were played."""

from attrs import frozen

from latentgym_core.records.trajectory import Carried
from latentgym_core.scaffolds.base import Past, Scaffold, Writer

HEADING = "How the tasks before this one ended:"


@frozen(kw_only=True)
class Outcomes(Scaffold):
    """Carries what the feedback said at the end of each task."""

    async def carry(self, past: Past, write: Writer) -> Carried:
        """The feedback of all earlier tasks, one line each."""
        del write
        told = [report for report in past.reports if report]
        return Carried(parts=("\n".join((HEADING, *told)),) if told else ())
