r"""How a reply is read as a word.

A word is `[`, one or more letters from A to Z in either case, `]`, and nothing else: `[cold]`.
Brackets that hold blanks, arrows, digits or other letters are passed over. Which word of a reply
counts is the rule parameter `pick`: the last one, or the first one that is not the current word,
as in the published environment, where agents who write their whole plan in brackets play the
first step of it (if all are the current word, that one is played).
"""

import re
from typing import Literal

Pick = Literal["last", "first-new"]

# The possessive repeat keeps long replies linear; the greedy start finds the last match first.
BRACKETED = r"\[([A-Za-z]++)\]"
EACH = re.compile(BRACKETED)
LAST = re.compile(f"(?s).*{BRACKETED}")


def parse_word(reply: str, current: str, pick: Pick) -> str | None:
    """Read a reply.

    Args:
        reply: The whole text.
        current: The word that the move starts from, in lower case.
        pick: Which word counts if there are several.

    Returns:
        The word in lower case; None if there is none.
    """
    if pick == "last":
        match = LAST.match(reply)
        return None if match is None else match[1].lower()
    found = None
    for match in EACH.finditer(reply):
        found = match[1].lower()
        if found != current:
            break
    return found
