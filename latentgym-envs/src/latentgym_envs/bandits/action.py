"""How a reply is read: a press of a button, or the selection that ends the task.

Published grammar; the first rule that fits counts:

1. The first `[select NAME]` in the reply, whatever the case, is a selection.
2. Without one, the first `select: [NAME]` or `select [NAME]` is a selection.
3. Without that, the first line with a bracket that is closed on the same line. What stands between
   its first `[` and its last `]` is a press if it is exactly the name of a button.

A NAME is a run of letters, digits and underscores; a selection need not name a real button.

Lenient grammar, for new play: the first selection that names a real button (blanks inside the
brackets, a colon or asterisks around the word do no harm), else the first bracket that holds
nothing but the name of a button, whatever the case. Selections of no button are read last.
"""

import re
from typing import Literal

Kind = Literal["press", "select", "bad_button", "bad_format"]
Action = tuple[Kind, str | None]
"""What was meant, and the name that was written where it is a press or a selection."""

# Possessive quantifiers keep long replies linear.
IN_BRACKETS = re.compile(r"\[select\s++(\w++)\]", re.IGNORECASE)
BEFORE_BRACKETS = re.compile(r"select[:\s]++\[(\w++)\]", re.IGNORECASE)
LENIENT_SELECTION = re.compile(
    r"\[\s*+select[:\s]++(\w++)\s*+\]|select[:*\s]++\[\s*+(\w++)\s*+\]", re.IGNORECASE
)
LENIENT_PRESS = re.compile(r"\[\s*+(\w++)\s*+\]")
BRACKET_LINE = re.compile(r"^[^\[\n]*+\[(.*)\]", re.MULTILINE)
WORD_IN_BRACKETS = re.compile(r"\[(\w++)\]")


def read_published(reply: str, buttons: tuple[str, ...], *, can_select: bool = True) -> Action:
    """Read a reply by the published grammar.

    Args:
        reply: The whole text.
        buttons: Names of the buttons.
        can_select: Whether selections exist; without them rule 3 is the only one.
    """
    if can_select and (match := IN_BRACKETS.search(reply) or BEFORE_BRACKETS.search(reply)):
        return "select", match[1].lower()
    line = BRACKET_LINE.search(reply)
    if line is None:
        return "bad_format", None
    return ("press", line[1]) if line[1] in buttons else ("bad_button", None)


def read_lenient(reply: str, buttons: tuple[str, ...], *, can_select: bool = True) -> Action:
    """Read a reply by the lenient grammar; arguments as in `read_published`."""
    unknown = None
    for match in LENIENT_SELECTION.finditer(reply) if can_select else ():
        name = (match[1] or match[2]).lower()
        if name in buttons:
            return "select", name
        unknown = unknown or name
    for match in LENIENT_PRESS.finditer(reply):
        if (name := match[1].lower()) in buttons:
            return "press", name
    if unknown is not None:
        return "select", unknown
    return ("bad_button" if BRACKET_LINE.search(reply) else "bad_format"), None


def first_word_in_brackets(reply: str) -> str | None:
    """The name in the first bracket that holds one word, lower-case: what a last turn falls to."""
    match = WORD_IN_BRACKETS.search(reply)
    return match and match[1].lower()
