"""JSON for frozen records: one converter, used for tasks, latent values and trajectories."""

import json
from typing import Any, TypeVar

from cattrs.errors import BaseValidationError, ForbiddenExtraKeysError
from cattrs.preconf.json import make_converter

from latentgym_core.errors import SpecError

T = TypeVar("T")
_lenient = make_converter(omit_if_default=True)
_strict = make_converter(forbid_extra_keys=True)


def to_data(record: Any) -> Any:
    """Any record as JSON-able data; every field is written."""
    return _strict.unstructure(record)


def to_sparse_data(record: Any) -> Any:
    """Any record as JSON-able data; fields at their default are left out."""
    return _lenient.unstructure(record)


def from_data(kind: type[T], data: Any, *, strict: bool = False) -> T:
    """Build a record from JSON-able data.

    Args:
        kind: The record type, or any type annotation.
        data: What `json.loads` gave.
        strict: Whether fields that `kind` does not know are an error.

    Raises:
        SpecError: The data do not fit; the sentence names the field.
    """
    try:
        return (_strict if strict else _lenient).structure(data, kind)
    except BaseValidationError as error:
        raise SpecError(f"{_name(kind)}: {_explain(error)}") from error
    except (SpecError, ValueError, TypeError, KeyError) as error:
        raise SpecError(f"{_name(kind)}: {error.args[0] if error.args else error}") from error


def dump_line(data: Any) -> str:
    """One line of JSON with keys in the order given, readable Unicode, no spaces."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def dump_document(data: Any) -> str:
    """A file of JSON for people to read, too."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _name(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind))


def _explain(error: BaseException) -> str:
    """The innermost causes of a nested validation error, in words."""
    if isinstance(error, ForbiddenExtraKeysError):
        return f"unknown field {', '.join(sorted(map(repr, error.extra_fields)))}"
    if isinstance(error, BaseValidationError):
        return "; ".join(_explain(inner) for inner in error.exceptions)
    where = next(iter(getattr(error, "__notes__", [])), "")
    message = error.args[0] if error.args else error
    if isinstance(error, KeyError):
        message = f"the field {message!r} is missing"
    return f"{message} ({where})" if where else str(message)
