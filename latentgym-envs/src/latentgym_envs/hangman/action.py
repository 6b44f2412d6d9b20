r"""How a reply is read as a guess.

A guess is `[`, one or more letters from A to Z in either case, `]`, and nothing else: `[E]` is a
letter, `[APPLE]` a word. Brackets that hold blanks, digits, hyphens or other letters are passed
over. A word need not be in any dictionary nor have the right length. Which guess of a reply
counts is the rule parameter `pick`: the last one, or the first one, as in the published
environment, where agents who imagine a whole game play the first guess of it.
"""

import re
from typing import Literal

Pick = Literal["last", "first"]

# The possessive repeat keeps long replies linear; the greedy start finds the last match first.
GUESS = r"\[([A-Za-z]++)\]"
FIRST = re.compile(GUESS)
LAST = re.compile(f"(?s).*{GUESS}")


def parse_guess(reply: str, pick: Pick) -> str | None:
    """Read a reply.

    Args:
        reply: The whole text.
        pick: Which guess counts if there are several.

    Returns:
        The guess in lower case; None if there is none.
    """
    match = FIRST.search(reply) if pick == "first" else LAST.match(reply)
    return None if match is None else match[1].lower()
