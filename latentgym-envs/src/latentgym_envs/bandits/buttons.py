"""Names of buttons."""

import re
from collections.abc import Sequence
from typing import Any

from latentgym_core.errors import SpecError

NAMES = (
    "red", "blue", "green", "yellow", "purple", "orange", "white", "black", "brown", "pink",
    "grey", "cyan",
)  # fmt: skip
NUM_BUTTONS = 5
_NAME = re.compile(r"\w+")


def button_names(given: str | int | Sequence[str]) -> Any:
    """Read the parameter `buttons`: a number of usual names, or names joined by `+`."""
    if type(given) is int and 2 <= given <= len(NAMES):
        return NAMES[:given]
    return tuple(given.split("+")) if isinstance(given, str) else given


def check_buttons(_: object, __: object, buttons: object) -> None:
    """An attrs validator for what `button_names` made.

    Raises:
        SpecError: Too few or too many, equal ones, or one that could not be written in a reply.
    """
    if (
        not isinstance(buttons, tuple)
        or not 2 <= len(buttons) == len(set(buttons))
        or not all(isinstance(each, str) and _NAME.fullmatch(each) for each in buttons)
        or any(each != each.lower() for each in buttons)
    ):
        raise SpecError(
            f"buttons is {buttons!r}; it must be a number from 2 to {len(NAMES)}, or at least two "
            f"different lower-case names of letters, digits and underscores, joined by '+'."
        )
