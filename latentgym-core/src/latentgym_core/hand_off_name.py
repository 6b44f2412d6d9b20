"""How a hand-off is named in records: `A→B@epK`, A plays tasks 1 .. K and B the rest."""

import re

from attrs import frozen

NAME = re.compile(r"(?P<explorer>.+)→(?P<exploiter>.+)@ep(?P<boundary>[1-9][0-9]*)")


@frozen
class HandOff:
    """Who plays a sequence.

    Attributes:
        explorer: Plays the first `boundary` tasks.
        exploiter: Plays the rest; the same agent in a sequence nobody hands over.
        boundary: K, from 1 to N - 1.
    """

    explorer: str
    exploiter: str
    boundary: int

    def __str__(self) -> str:
        return f"{self.explorer}→{self.exploiter}@ep{self.boundary}"


def parse_hand_off(agent: str) -> HandOff | None:
    """Read a recorded agent name; None if nobody was handed anything."""
    match = NAME.fullmatch(agent)
    return match and HandOff(match["explorer"], match["exploiter"], int(match["boundary"]))
