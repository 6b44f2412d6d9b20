"""What is registered, as JSON-able data."""

from typing import Any

import attrs

from latentgym_core.cli.commands.list import _contents
from latentgym_core.registry.registry import Entry


def entry_data(entry: Entry[Any]) -> dict[str, Any]:
    """The fields of a spec, all but its factory, and where it comes from, as JSON-able data."""
    return {
        **_contents(entry.spec),
        **attrs.asdict(entry.spec, filter=lambda field, _: field.name != "factory"),
        "distribution": entry.origin.distribution,
        "distribution_version": entry.origin.version,
        "entry_point": entry.origin.entry_point,
        "conflict": entry.conflict,
    }
