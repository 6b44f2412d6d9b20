"""The `?key=value&key=value` tail that env ids and agent strings share.

Values are TOML scalars; a bare word that is no TOML scalar is a string. Reserved characters in a
value are percent-encoded, so `parse_parameters(format_parameters(p)) == p` for every mapping of
scalars.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote

from latentgym_core.errors import SpecError
from latentgym_core.wording import choices

Scalar = str | int | float | bool
IN_WORDS: Mapping[Any, str] = MappingProxyType(
    {
        bool: "true or false",
        int: "a whole number",
        float: "a number",
        int | float: "a number",
        str: "text",
    }
)
"""What a person writes for a value of a type."""
SAFE = "+,.:@/-_~[]{}()\"'"


def parse_parameters(tail: str) -> dict[str, Scalar]:
    """Parse `a=1&b=text` into a mapping.

    Args:
        tail: The part after the question mark; empty gives an empty mapping.

    Returns:
        Key to TOML scalar, in the order written.

    Raises:
        SpecError: A pair without `=`, an empty key, or a key given twice.
    """
    parameters: dict[str, Scalar] = {}
    for pair in filter(None, tail.split("&")):
        key, equals, raw = pair.partition("=")
        if not equals or not key:
            raise SpecError(f"{pair!r} is not a parameter; write key=value, joined by '&'.")
        if key in parameters:
            raise SpecError(f"The parameter {key!r} is given twice.")
        parameters[key] = parse_scalar(unquote(raw))
    return parameters


def parse_scalar(raw: str) -> Scalar:
    """Read one TOML scalar; what is none stays the text it was."""
    try:
        value = tomllib.loads(f"value = {raw}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return raw
    return value if isinstance(value, str | int | float | bool) else raw


def format_parameters(parameters: Mapping[str, Scalar]) -> str:
    """Print parameters so that `parse_parameters` reads the same mapping back."""
    return "&".join(
        f"{key}={quote(format_scalar(value), safe=SAFE)}" for key, value in parameters.items()
    )


def format_scalar(value: Scalar) -> str:
    """Print one scalar; text is quoted only where the bare form would read as something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return value if parse_scalar(value) == value else _quoted(value)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def check_names(owner: str, given: Iterable[str], known: Collection[str]) -> None:
    """Check that parameters exist.

    Args:
        owner: Whose they are, as a sentence names it.
        given: The names that were written.
        known: The names there are.

    Raises:
        SpecError: One is not among them.
    """
    for name in given:
        if name not in known:
            has = choices(name, known) if known else "none."
            raise SpecError(f"{owner} has no parameter {name!r}; it has {has}")


def refusal(error: ValueError | TypeError) -> str:
    """Why an attrs class refuses a value, in words that a person can act on.

    Args:
        error: What was raised; the validators of attrs tell the field, what it may be and what
            it was given.
    """
    if len(error.args) == 4:
        _, field, allowed, value = error.args
        if isinstance(error, ValueError) and isinstance(allowed, Collection):
            return f"{field.name} is {value!r}; allowed are {choices(value, allowed)}"
        if isinstance(error, TypeError) and allowed in IN_WORDS:
            return f"{field.name} is {value!r}; it must be {IN_WORDS[allowed]}."
    reason = str(error.args[0] if error.args else error)
    return f"{reason.rstrip('.')}."
