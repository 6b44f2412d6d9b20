"""The `?key=value&key=value` tail that env ids and agent strings share.

Values are TOML scalars; a bare word that is no TOML scalar is a string. Reserved characters in a
value are percent-encoded, so `parse_parameters(format_parameters(p)) == p` for every mapping of
scalars.
"""

import tomllib
from collections.abc import Mapping
from urllib.parse import quote, unquote

from latentgym_core.errors import SpecError

Scalar = str | int | float | bool
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
