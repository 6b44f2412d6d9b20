"""Deep equality and JSON, as the contract means them."""

import json
from collections.abc import Mapping
from typing import Any

from latentgym_core.records.serial import to_data


def same(left: Any, right: Any) -> bool:
    """Equal; objects of one class that has no `__eq__` are compared attribute by attribute."""
    kind: Any = type(left)
    by_identity: Any = object.__eq__
    if left is right:
        return True
    if kind is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if kind.__eq__ is by_identity:
        return same(left.__getstate__(), right.__getstate__())
    return bool(left == right)


def json_fault(facts: Any) -> str | None:
    """Why facts are no JSON object that reads back as it was written; None if they are."""
    if not isinstance(facts, Mapping):
        return f"facts are a {type(facts).__name__}, not a mapping"
    try:
        read = json.loads(json.dumps(dict(facts), allow_nan=False))
    except (TypeError, ValueError) as error:
        return f"facts are not JSON: {error}"
    return (
        None if read == _lists(facts) else "facts read back different from JSON (keys must be text)"
    )


def canonical(record: Any) -> str:
    """A record as JSON text with sorted keys, so that equal data print equally."""
    return json.dumps(to_data(record), sort_keys=True, ensure_ascii=True)


def leaves(data: Any, path: str = "") -> list[tuple[str, Any]]:
    """Every scalar of JSON data with its place; places in a list are not told apart."""
    if isinstance(data, Mapping):
        return [leaf for key, each in data.items() for leaf in leaves(each, f"{path}.{key}")]
    if isinstance(data, list | tuple):
        return [leaf for each in data for leaf in leaves(each, f"{path}[]")]
    return [(path.lstrip("."), data)]


def _lists(value: Any) -> Any:
    """Tuples as lists, the way JSON reads them back."""
    if isinstance(value, Mapping):
        return {key: _lists(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_lists(each) for each in value]
    return value
