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
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.wording import did_you_mean

KEYS = tuple(each.name for each in attrs.fields(RunConfig))
HAND_OFF_KEY = "boundaries"
"""Only the configuration of a hand-off run has it."""
ENVIRONMENT_KEYS = tuple(each.name for each in attrs.fields(RunEnvironment))


def read_suite(path: Path) -> dict[str, Any]:
    """Read a suite as plain data, its keys checked.

    Raises:
        SpecError: The file cannot be read, is no TOML, or holds a key that does not exist.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"{path} cannot be read ({error.strerror or error}).") from error
    except ValueError as error:
        raise SpecError(f"{path} is no TOML file ({error}).") from error
    if HAND_OFF_KEY in data:
        raise SpecError(
            f"{path} is of a hand-off run; `latentgym handoff --resume {path.parent}` continues it."
        )
    _check_keys(data, KEYS, f"{path}")
    environments = data.get("environments", [])
    if not isinstance(environments, list) or not all(isinstance(e, dict) for e in environments):
        raise SpecError(f'{path}: write each environment as [[environments]] with id = "...".')
    for number, each in enumerate(environments, start=1):
        where = f"{path}, environment {number}"
        _check_keys(each, ENVIRONMENT_KEYS, where)
        if "id" not in each:
            raise SpecError(f'{where} has no id; write id = "core_env/latent".')
    return data


def make_config(data: Mapping[str, Any]) -> RunConfig:
    """Build a configuration from what `read_suite` gave, perhaps changed by flags.

    Raises:
        SpecError: A value does not fit, or there is no environment or no agent.
    """
    environments = tuple(RunEnvironment(**each) for each in data.get("environments", ()))
    return RunConfig(**{"agents": (), **data, "environments": environments})


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
        if key not in ("environments", "versions") and value is not None:
            document[key] = list(value) if isinstance(value, tuple) else value
    tables = tomlkit.aot()
    for environment in config.environments:
        table = tomlkit.table()
        table.update(attrs.asdict(environment, filter=lambda _, value: value is not None))
        tables.append(table)
    document["environments"] = tables
    if config.versions:
        document["versions"] = dict(sorted(config.versions.items()))
    return tomlkit.dumps(document)


def _check_keys(data: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in data:
        if key not in known:
            hint = did_you_mean(key, known, f"; there is {', '.join(known)}.")
            raise SpecError(f"{where}: there is no key {key!r}{hint}")
