"""Suites and run configurations as TOML files; both have the same keys.

agents = ["scripted/midpoint", "openai/gpt-4o-mini"]
num_sequences = 50

[[environments]]
id = "number_guessing/set_of_3"

[[environments]]
id = "number_guessing/range_100"
num_sequences = 20
"""

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import attrs

from latentgym_core.errors import SpecError
from latentgym_core.registry.packaged import read_packaged
from latentgym_core.registry.specs import SuiteSpec
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.wording import did_you_mean

CONFIG = "config.toml"
"""What a run folder plays."""
KEYS = tuple(each.name for each in attrs.fields(RunConfig))
HAND_OFF_KEY = "boundaries"
"""Only the configuration of a hand-off run has it."""
TABLES = ("environments", "suite", "versions")
"""What TOML writes behind the single values."""
ENVIRONMENT_KEYS = tuple(each.name for each in attrs.fields(RunEnvironment))


def read_suite(path: Path) -> dict[str, Any]:
    """Read a suite as plain data, its keys checked.

    Raises:
        SpecError: The file cannot be read, is no TOML, or holds a key that does not exist.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SpecError(f"{path} cannot be read ({error.strerror or error}).") from error
    except ValueError as error:
        raise SpecError(f"{path} is no TOML file ({error}).") from error
    return parse_suite(text, str(path))


def parse_suite(text: str, where: str) -> dict[str, Any]:
    """Read the text of a suite as plain data, its keys checked.

    Args:
        text: TOML.
        where: What the suite is called in errors.

    Raises:
        SpecError: It is no TOML, or holds a key that does not exist.
    """
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise SpecError(f"{where} is no TOML file ({error}).") from error
    if HAND_OFF_KEY in data:
        folder = Path(where).parent
        raise SpecError(
            f"{where} is of a hand-off run; `latentgym handoff --resume {folder}` continues it."
        )
    _check_keys(data, KEYS, where)
    environments = data.get("environments", [])
    if not isinstance(environments, list) or not all(isinstance(e, dict) for e in environments):
        raise SpecError(f'{where}: write each environment as [[environments]] with id = "...".')
    for number, each in enumerate(environments, start=1):
        place = f"{where}, environment {number}"
        _check_keys(each, ENVIRONMENT_KEYS, place)
        if "id" not in each:
            raise SpecError(f'{place} has no id; write id = "core_env/latent".')
    return data


def suite_data(spec: SuiteSpec) -> dict[str, Any]:
    """What the file of a named suite says, as `read_suite` would give it.

    Raises:
        SpecError: It cannot be read, or holds a key that does not exist.
    """
    return parse_suite(read_packaged(spec.file), spec.file)


def make_config(data: Mapping[str, Any]) -> RunConfig:
    """Build a configuration from what `read_suite` gave, perhaps changed by flags.

    Raises:
        SpecError: A value does not fit, or there is no environment or no agent.
    """
    environments = tuple(RunEnvironment(**each) for each in data.get("environments", ()))
    return RunConfig(**{"agents": (), **data, "environments": environments})


def suite_size(data: Mapping[str, Any]) -> tuple[int, int]:
    """How many environments a suite has, and how many sequences an agent plays in it."""
    config = make_config({"agents": ["anybody"], **data})
    return len(config.environments), sum(
        len(config.seeds(environment)) for environment in config.environments
    )


def read_config(path: Path) -> RunConfig:
    """Read a suite, or the `config.toml` of a run, as it stands.

    Raises:
        SpecError: See `read_suite` and `make_config`; the sentence names the file.
    """
    data = read_suite(path)
    try:
        return make_config(data)
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error


def format_config(config: RunConfig) -> str:
    """Print a configuration so that `read_config` reads the same one back."""
    import tomlkit

    document = tomlkit.document()
    for key, value in attrs.asdict(config, recurse=False).items():
        if key not in TABLES and value is not None:
            document[key] = list(value) if isinstance(value, tuple) else value
    tables = tomlkit.aot()
    for environment in config.environments:
        table = tomlkit.table()
        table.update(attrs.asdict(environment, filter=lambda _, value: value is not None))
        tables.append(table)
    document["environments"] = tables
    if config.suite:
        document["suite"] = attrs.asdict(config.suite)
    if config.versions:
        document["versions"] = dict(sorted(config.versions.items()))
    return tomlkit.dumps(document)


def _check_keys(data: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in data:
        if key not in known:
            hint = did_you_mean(key, known, f"; there is {', '.join(known)}.")
            raise SpecError(f"{where}: there is no key {key!r}{hint}")
