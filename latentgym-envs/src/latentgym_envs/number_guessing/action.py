"""How a reply is read as a guess.

1. The last bracket group that holds nothing but decimal digits, as in `[42]`.
2. Without one, the last run of decimal digits anywhere in the reply.
3. Without that, the reply is unparsable.

Signs, decimal points and thousands separators are never part of a number, so `-5` is 5 and
`1,000` is 0. Digits are Unicode decimal digits. The whole reply counts, quotations included.
"""

import re
from typing import Literal

ParsePath = Literal["bracket", "bare"]

# The greedy start finds the last match first; the possessive digits keep long replies linear.
LAST_BRACKET = re.compile(r"(?s).*\[(\d++)\]")
LAST_RUN = re.compile(r"(?s).*(?<!\d)(\d++)")


def parse_guess(reply: str) -> tuple[int | None, ParsePath | None]:
    """Read a reply.

    Args:
        reply: The whole text.

    Returns:
        The guess and which rule found it. The rule is None if there is no digit; the guess alone
        is None if its digits are more than Python converts, so that it is out of every range.
    """
    path: ParsePath = "bracket"
    match = LAST_BRACKET.match(reply)
    if match is None:
        path = "bare"
        match = LAST_RUN.match(reply)
        if match is None:
            return None, None
    try:
        return int(match[1]), path
    except ValueError:
        return None, path
