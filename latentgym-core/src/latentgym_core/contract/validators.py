"""Checks of parameters and settings for attrs fields, with sentences a person can act on.

max_turns: int = field(default=10, validator=whole_number(1))
limit: int | None = field(default=None, validator=optional(whole_number(1)))   # attrs.validators
"""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from attrs import Attribute

from latentgym_core.errors import SpecError
from latentgym_core.wording import choices

Validator = Callable[[Any, "Attribute[Any]", Any], None]


def whole_number(minimum: int | None = None) -> Validator:
    """Whole numbers, from `minimum` if there is one; `True` is not one."""
    start = "" if minimum is None else f" from {minimum}"

    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        if type(value) is not int or (minimum is not None and value < minimum):
            raise SpecError(f"{attribute.name} is {value!r}; it is a whole number{start}.")

    return check


def number(least: float, most: float = math.inf, *, above: bool = False) -> Validator:
    """Numbers from `least` (or above it) to `most`; `True` is not one."""
    start = f"above {least:g}" if above else f"from {least:g}"
    end = "" if most == math.inf else f" to {most:g}"

    def check(_: object, attribute: "Attribute[Any]", value: Any) -> None:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or not least <= value <= most or (above and value == least):
            raise SpecError(f"{attribute.name} is {value!r}; it is a number {start}{end}.")

    return check


fraction = number(0, 1)
"""Numbers from 0 to 1."""


def one_of(allowed: Collection[str]) -> Validator:
    """Some words; a near miss is answered with the nearest."""

    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        if value not in allowed:
            shown = choices(str(value), allowed)
            raise SpecError(f"{attribute.name} is {value!r}; allowed are {shown}")

    return check


def name(_: object, attribute: "Attribute[Any]", value: object) -> None:
    """A text that is not empty."""
    if not isinstance(value, str) or not value:
        raise SpecError(f"{attribute.name} is {value!r}; it is a name in quotes.")


def names(_: object, attribute: "Attribute[Any]", value: Collection[object]) -> None:
    """Texts that are not empty."""
    for each in value:
        if not isinstance(each, str) or not each:
            raise SpecError(f"{attribute.name} holds {each!r}; it is a list of names.")


def flag(_: object, attribute: "Attribute[Any]", value: object) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise SpecError(f"{attribute.name} is {value!r}; it is true or false.")


def weights(_: object, attribute: "Attribute[Any]", value: object) -> None:
    """A table of names and finite weights above 0; may be empty."""
    fits = isinstance(value, Mapping) and all(
        isinstance(each, int | float) and each is not True and 0 < each < math.inf
        for each in value.values()
    )
    if not fits:
        raise SpecError(
            f"{attribute.name} is {value!r}; it is a table of names and weights above 0."
        )
