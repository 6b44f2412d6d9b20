r"""How a reply is read as a guess.

A guess is `[`, a run of decimal digits, any number of times (blanks or line breaks, a run of
digits), `]`, and nothing else: `[1 2 3 4]`. There is no blank behind `[` or before `]`, and there
are no commas; brackets that hold anything else are passed over. `[01 2 3 4]` is 1 2 3 4, and
`[1234]` is one number. Which guess of a reply counts is the rule parameter `pick`: the last one,
or the first one, as in the published environment, where a quoted earlier guess counts again.
"""

import re
from typing import Literal

Pick = Literal["last", "first"]

# The possessive repeats keep long replies linear; the greedy start finds the last match first. The
# outer repeat is not one: Python before 3.11.5 would take the blanks that end `[1 2 ]` into it.
GUESS = r"\[(\d++(?:\s++\d++)*)\]"
FIRST = re.compile(GUESS)
LAST = re.compile(f"(?s).*{GUESS}")
TOO_LARGE = 2**53  # stands for any number that is out of every range; readers of JSON know it
LONGEST = 4000  # digits of a number that Python converts


def parse_guess(reply: str, pick: Pick) -> tuple[str, ...] | None:
    """Read a reply.

    Args:
        reply: The whole text.
        pick: Which guess counts if there are several.

    Returns:
        The numbers as they are written; None if there is no guess.
    """
    match = FIRST.search(reply) if pick == "first" else LAST.match(reply)
    return None if match is None else tuple(match[1].split())


def read_number(digits: str) -> int:
    """The number that a run of digits writes, at most `TOO_LARGE`."""
    return min(int(digits), TOO_LARGE) if len(digits) <= LONGEST else TOO_LARGE
