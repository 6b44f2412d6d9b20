"""How a reply is read as a move.

`lenient`: the first `[accept]` or `[continue]` anywhere in the reply, in any letter case and with
no blanks inside the brackets.
`strict`: the whole reply but for outer white space is `[accept]` or `[continue]`, in lower case.

Everything else is invalid.
"""

import re
from typing import Literal

Parsing = Literal["lenient", "strict"]
Action = Literal["accept", "continue"]
PARSINGS = ("lenient", "strict")

FIRST_MOVE = re.compile(r"\[(accept|continue)\]", re.IGNORECASE | re.ASCII)
STRICT_MOVES: dict[str, Action] = {"[accept]": "accept", "[continue]": "continue"}


def parse_action(reply: str, parsing: Parsing) -> Action | None:
    """Read a reply; None if it is invalid."""
    if parsing == "strict":
        return STRICT_MOVES.get(reply.strip())
    match = FIRST_MOVE.search(reply)
    if match is None:
        return None
    return "accept" if match[1].lower() == "accept" else "continue"
