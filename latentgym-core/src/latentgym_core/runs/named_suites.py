"""Suites that plugins register by name, and the label that a run of one carries."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import SuiteSpec
from latentgym_core.runs.config import RunConfig, SuiteLabel, fingerprint
from latentgym_core.runs.suite import make_config, read_suite, suite_data
from latentgym_core.sequence.environment import component_versions
from latentgym_core.worth.references import BLIND, TOLD


def suite_config(spec: SuiteSpec, registry: Registry) -> RunConfig:
    """A named suite with complete ids, versions and its label; nothing is loaded.

    Raises:
        LatentGymError: It cannot be read, or names something that is not registered.
    """
    given = make_config(suite_data(spec))
    ids = [registry.complete(each.id) for each in given.environments]
    versions: dict[str, str] = {}
    for env_id in ids:
        versions.update(component_versions(env_id, registry))
    resolved = attrs.evolve(
        given,
        environments=tuple(
            attrs.evolve(each, id=str(env_id))
            for each, env_id in zip(given.environments, ids, strict=True)
        ),
        versions=versions,
    )
    label = SuiteLabel(name=spec.name, version=spec.version, fingerprint=fingerprint(resolved))
    return attrs.evolve(resolved, suite=label)


def find_suite(text: str, registry: Registry) -> dict[str, Any]:
    """A suite that a person names: a file, if it looks like a path, or a registered name.

    Args:
        text: `quick`; a path has a slash or ends in `.toml`; any other word is a file only if it
            exists and nothing of that name is registered.
        registry: Where suites are registered.

    Raises:
        UnknownNameError: Neither; the sentence has the nearest name.
        LatentGymError: The suite cannot be read.
    """
    path = Path(text)
    looks_like_a_path = "/" in text or os.sep in text or path.suffix == ".toml"
    registered = any(entry.spec.name == text for entry in registry.suites())
    if looks_like_a_path or (path.exists() and not registered):
        return read_suite(path)
    return named_suite(text, registry)


def named_suite(name: str, registry: Registry) -> dict[str, Any]:
    """A named suite as plain data that flags may override; its label under the key `suite`.

    Raises:
        UnknownNameError: There is none of that name.
        LatentGymError: See `suite_config`.
    """
    spec = registry.suite(name).spec
    label = suite_config(spec, registry).suite
    return {**suite_data(spec), "suite": label}


def with_references(agents: Sequence[str]) -> list[str]:
    """Agents between the two players that are 0 and 1 of a score."""
    return [BLIND, *(each for each in agents if each not in (BLIND, TOLD)), TOLD]
