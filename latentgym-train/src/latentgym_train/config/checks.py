"""Validators of configuration fields; each says in one sentence what is allowed."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from attrs import Attribute

from latentgym_core.errors import SpecError
from latentgym_core.wording import choices

Validator = Callable[[Any, "Attribute[Any]", Any], None]


def whole(least: int) -> Validator:
    """A whole number from `least`."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise SpecError(f"{attribute.name} is {value!r}; it is a whole number from {least}.")

    return check


def number(least: float, most: float = float("inf"), *, above: bool = False) -> Validator:
    """A number from `least` (or above it) to `most`."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        if not fits or not (least < value if above else least <= value) or not value <= most:
            start = f"above {least:g}" if above else f"from {least:g}"
            end = "" if most == float("inf") else f" to {most:g}"
            raise SpecError(f"{attribute.name} is {value!r}; it is a number {start}{end}.")

    return check


def one_of(allowed: Collection[str]) -> Validator:
    """One of some words; a near miss is answered with the nearest."""

    def check(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
        if value not in allowed:
            raise SpecError(f"{attribute.name} is {value!r}; allowed are {choices(value, allowed)}")

    return check


def text(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """A name in quotes."""
    if not isinstance(value, str) or not value:
        raise SpecError(f"{attribute.name} is {value!r}; it is a name in quotes.")


def shares(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """A table of names and positive weights; may be empty."""
    if not isinstance(value, Mapping) or not all(map(_is_weight, value.values())):
        raise SpecError(
            f"{attribute.name} is {value!r}; it is a table of names and weights above 0."
        )


def _is_weight(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 < value < float("inf")


def flag(_: Any, attribute: "Attribute[Any]", value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise SpecError(f"{attribute.name} is {value!r}; it is true or false.")
