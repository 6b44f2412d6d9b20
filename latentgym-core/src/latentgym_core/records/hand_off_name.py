"""How a hand-off is named in records: `A→B@epK`, A plays tasks 1 .. K and B the rest."""

import re
from typing import Literal

from attrs import frozen

Handed = Literal["history", "notes"]
HANDED: tuple[Handed, ...] = ("history", "notes")
NAME = re.compile(
    r"(?P<explorer>.+)→(?P<exploiter>.+)@ep(?P<boundary>[1-9][0-9]*)(?P<notes>\+notes)?"
)


@frozen
class HandOff:
    """Who plays a sequence.

    Attributes:
        explorer: Plays the first `boundary` tasks.
        exploiter: Plays the rest; the same agent in a sequence nobody hands over.
        boundary: K, from 1 to N - 1.
        handed: What the exploiter is given: the whole conversation, or notes of the explorer.
    """

    explorer: str
    exploiter: str
    boundary: int
    handed: Handed = "history"

    def __str__(self) -> str:
        tail = "+notes" if self.handed == "notes" else ""
        return f"{self.explorer}→{self.exploiter}@ep{self.boundary}{tail}"


def parse_hand_off(agent: str) -> HandOff | None:
    """Read a recorded agent name; None if nobody was handed anything."""
    match = NAME.fullmatch(agent)
    if match is None:
        return None
    handed: Handed = "notes" if match["notes"] else "history"
    return HandOff(match["explorer"], match["exploiter"], int(match["boundary"]), handed)
