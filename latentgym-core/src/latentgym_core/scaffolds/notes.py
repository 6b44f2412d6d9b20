"""`notes`: what the model writes down for itself at each boundary."""

from attrs import field, frozen

from latentgym_core.contract.validators import whole_number
from latentgym_core.records.trajectory import Carried
from latentgym_core.scaffolds.base import Past, Scaffold, Writer

HEADING = "Your notes from the tasks before this one:"
NOTHING = "(You wrote nothing.)"


@frozen(kw_only=True)
class Notes(Scaffold):
    """Carries notes: before every task but the first, the model is asked to write them anew.

    It is shown its last notes and the tasks it has played since then. That is one more model call
    for each boundary.

    Attributes:
        max_words: The length that is asked for; nothing is cut.
    """

    max_words: int = field(default=200, validator=whole_number(1))

    async def carry(self, past: Past, write: Writer) -> Carried:
        """New notes; nothing before the first task."""
        if past.index == 0:
            return Carried()
        since, kept = _latest(past)
        written = await write((*kept, *range(since, past.index)), self._request(past))
        return Carried(parts=_shown(written.text), written=written)

    def _request(self, past: Past) -> str:
        return (
            f"Before task {past.index + 1} of {past.num_tasks} begins, write notes for yourself. "
            f"In the next task you will see the rules and these notes, but nothing of the tasks "
            f"above. Write down whatever may help you in the tasks to come, in at most "
            f"{self.max_words} words, and reply with the notes alone."
        )


def _latest(past: Past) -> tuple[int, tuple[str, ...]]:
    """The first task that the last notes know nothing of, and these notes."""
    for index in sorted(past.carried, reverse=True):
        written = past.carried[index].written
        if written is not None:
            return index, _shown(written.text)
    return 0, ()


def _shown(text: str) -> tuple[str, str]:
    return HEADING, text.strip() or NOTHING
