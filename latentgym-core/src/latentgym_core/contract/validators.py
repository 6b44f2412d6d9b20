"""Checks of rule parameters and hyperparameters, with sentences a person can act on."""

from collections.abc import Callable
from typing import Any

from attrs import Attribute

from latentgym_core.errors import SpecError

Validator = Callable[[Any, "Attribute[Any]", Any], None]


def whole_number(minimum: int) -> Validator:
    """An attrs validator for whole numbers from `minimum`; `True` is not one."""

    def check(_: object, attribute: "Attribute[Any]", value: object) -> None:
        if type(value) is not int or value < minimum:
            raise SpecError(
                f"{attribute.name} is {value!r}; it must be a whole number from {minimum}."
            )

    return check


def fraction(_: object, attribute: "Attribute[Any]", value: object) -> None:
    """An attrs validator for numbers from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SpecError(f"{attribute.name} is {value!r}; it must be a number from 0 to 1.")
