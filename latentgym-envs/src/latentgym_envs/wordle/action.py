r"""How a reply is read as a guess.

A guess is `[`, one or more word characters, `]`, and nothing else: `[crane]`, in either case. Word
characters are letters of any script, digits and the underscore; brackets that hold anything else,
blanks included, are passed over. Which guess of a reply counts is the rule parameter `pick`: the
last one, or the first one, as in the published environment, where a quoted earlier guess counts
again.
"""

import re
from typing import Literal

Pick = Literal["last", "first"]

# The possessive repeat keeps long replies linear; the greedy start finds the last match first.
GUESS = r"\[(\w++)\]"
FIRST = re.compile(GUESS)
LAST = re.compile(f"(?s).*{GUESS}")


def parse_guess(reply: str, pick: Pick) -> str | None:
    """Read a reply.

    Args:
        reply: The whole text.
        pick: Which guess counts if there are several.

    Returns:
        The guess in lower case, which may be no word at all; None if there is none.
    """
    match = FIRST.search(reply) if pick == "first" else LAST.match(reply)
    return None if match is None else match[1].lower()
