"""Records of the configuration from plain data: strict about keys and types."""

import types
import typing
from collections.abc import Mapping
from typing import Any

import attrs

from latentgym_core.errors import SpecError
from latentgym_core.wording import did_you_mean

WORDS = {
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
    bool: "true or false",
}


def build(kind: Any, data: Any, where: str) -> Any:
    """Build a record from plain data.

    Args:
        kind: An attrs class, or an annotation of one of its fields.
        data: What TOML gave.
        where: Names the place in error messages.

    Raises:
        SpecError: A key does not exist or is missing, or a value does not fit.
    """
    if attrs.has(kind):
        return _record(kind, data, where)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return None if data is None else build(arguments[0], data, where)
    if origin is tuple:
        if not isinstance(data, list | tuple):
            raise SpecError(f"{where} is {data!r}; it is a list, as in [{data!r}].")
        return tuple(build(arguments[0], each, f"{where}[{i}]") for i, each in enumerate(data))
    if origin is not None:
        return dict(data) if isinstance(data, Mapping) else data
    accepted = (int, float) if kind is float else kind
    if not isinstance(data, accepted) or (isinstance(data, bool) and kind is not bool):
        raise SpecError(f"{where} is {data!r}; it should be {WORDS[kind]}.")
    return float(data) if kind is float else data


def _record(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise SpecError(f"{where} is {data!r}; it should be a table.")
    fields = {each.name: each for each in attrs.fields(attrs.resolve_types(kind))}
    for key in data:
        if key not in fields:
            hint = did_you_mean(key, fields, f"; there is {', '.join(fields)}.")
            raise SpecError(f"{where}: there is no key {key!r}{hint}")
    for name, each in fields.items():
        if each.default is attrs.NOTHING and name not in data:
            raise SpecError(f"{where}: the key {name!r} is missing.")
    values = {key: build(fields[key].type, value, f"{where}: {key}") for key, value in data.items()}
    try:
        return kind(**values)
    except SpecError as error:
        sentence = str(error)
        raise SpecError(sentence if sentence.startswith(where) else f"{where}: {error}") from error
