"""What is registered, as JSON-able data."""

from contextlib import suppress
from typing import Any

import attrs

from latentgym_core.errors import SpecError
from latentgym_core.registry.registry import Entry
from latentgym_core.registry.specs import ComponentSpec, SuiteSpec
from latentgym_core.runs.suite import suite_data, suite_size


def entry_data(entry: Entry[Any]) -> dict[str, Any]:
    """The fields of a spec, all but its factory, and where it comes from, as JSON-able data."""
    return {
        **contents(entry.spec),
        **attrs.asdict(entry.spec, filter=lambda field, _: field.name != "factory"),
        "distribution": entry.origin.distribution,
        "distribution_version": entry.origin.version,
        "entry_point": entry.origin.entry_point,
        "conflict": entry.conflict,
    }


def contents(spec: ComponentSpec) -> dict[str, Any]:
    """What is in a suite, None where it cannot be read; nothing for all else."""
    if not isinstance(spec, SuiteSpec):
        return {}
    with suppress(SpecError):
        environments, sequences = suite_size(suite_data(spec))
        return {"environments": environments, "sequences": sequences}
    return {"environments": None, "sequences": None}
