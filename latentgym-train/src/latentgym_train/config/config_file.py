"""Training configurations as TOML files: read strictly, extend one another, print back."""

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import attrs

from latentgym_core.errors import SpecError
from latentgym_core.wording import did_you_mean
from latentgym_train.config.config import Config
from latentgym_train.config.config_build import build

EXTENDS = "extends"
RECIPES = "recipes"


def load_config(name: str, overrides: Mapping[str, Any] | None = None) -> Config:
    """Read a file or a recipe of the package.

    Args:
        name: Path of a TOML file, or name of a recipe.
        overrides: Dotted key to value, as in `{"rl.iterations": 2}`; read after the file.

    Raises:
        SpecError: The file cannot be read, or holds a key or value that does not fit.
    """
    data = read_data(name)
    for key, value in (overrides or {}).items():
        _set(data, key.split("."), value)
    config: Config = build(Config, data, name)
    return config


def read_data(name: str) -> dict[str, Any]:
    """A file or recipe as plain data, what it extends filled in."""
    return _read(find_file(name), ())


def _read(path: Path, readers: tuple[Path, ...]) -> dict[str, Any]:
    """A file as plain data; `readers` extend it."""
    if path.resolve() in readers:
        raise SpecError(f"{path} extends itself; `{EXTENDS}` names another file or recipe.")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"{path} cannot be read ({error.strerror or error}).") from error
    except ValueError as error:
        raise SpecError(f"{path} is no TOML file ({error}).") from error
    _find_relative(data, path.parent)
    base = data.pop(EXTENDS, None)
    if base is None:
        return data
    found = find_file(_beside(path.parent, str(base)))
    return _merged(_read(found, (*readers, path.resolve())), data)


def _find_relative(data: dict[str, Any], place: Path) -> None:
    """Let files that are named relative to a TOML file be found from anywhere."""
    for source in _inside(data, "data", "train"):
        if isinstance(source, dict) and source.get("folder"):
            source["folder"] = str((place / str(source["folder"])).resolve())
    for phase in _inside(data, "sft", "phases"):
        if isinstance(phase, dict) and isinstance(phase.get("trajectories"), list):
            phase["trajectories"] = [_beside(place, each) for each in phase["trajectories"]]
    policy = data.get("policy")
    if isinstance(policy, dict) and "source" in policy:
        policy["source"] = _beside(place, policy["source"])
    also = _inside(data, "compare", "also")
    if also:
        data["compare"]["also"] = [_beside(place, each) for each in also]


def _inside(data: dict[str, Any], table: str, key: str) -> list[Any]:
    """A list of a table; anything else is refused when the record is built."""
    found = data.get(table)
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, list) else []


def _beside(place: Path, name: Any) -> Any:
    """What lies there in a folder, or the name as it is: of a recipe, on the hub, from here."""
    beside = isinstance(name, str) and bool(name) and (place / name).exists()
    return str(place / name) if beside else name


def recipe_names() -> list[str]:
    """The recipes of the package."""
    return sorted(each.stem for each in _recipes().glob("*.toml"))


def accelerate_files() -> list[Path]:
    """The example configurations for `accelerate launch --config_file`."""
    return sorted((_recipes() / "accelerate").glob("*.yaml"))


def find_file(name: str) -> Path:
    """The file of a path or of a recipe's name.

    Raises:
        SpecError: There is neither.
    """
    recipe = _recipes() / f"{name}.toml"
    if recipe.is_file():
        return recipe
    if Path(name).is_file():
        return Path(name)
    known = recipe_names()
    raise SpecError(
        f"There is no recipe and no file {name!r}{did_you_mean(name, known)} "
        f"Recipes are {', '.join(known)}."
    )


def changed(config: Config, changes: Mapping[str, Any], where: str) -> Config:
    """The same configuration with other values for some keys.

    Args:
        config: What is changed.
        changes: Tables within tables, as TOML gives them.
        where: Names the place in error messages.

    Raises:
        SpecError: A key does not exist, or a value does not fit.
    """
    made: Config = build(Config, _merged(_plain(config), changes), where)
    return made


def format_config(config: Config) -> str:
    """Print a configuration so that the same one is read back."""
    import tomlkit

    return tomlkit.dumps(_plain(config))


def differing_keys(one: Config, other: Config) -> list[str]:
    """Dotted keys whose values differ, as in `rl.iterations`."""
    left, right = _leaves(_plain(one)), _leaves(_plain(other))
    return [key for key in {**left, **right} if left.get(key) != right.get(key)]


def _leaves(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    leaves = {}
    for key, value in data.items():
        inner = isinstance(value, Mapping)
        leaves.update(_leaves(value, f"{prefix}{key}.") if inner else {f"{prefix}{key}": value})
    return leaves


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        fields = attrs.asdict(value, recurse=False)
        return {key: _plain(each) for key, each in fields.items() if each is not None}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value


def _merged(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; everything else is replaced."""
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, Mapping)
        merged[key] = _merged(old, value) if both and isinstance(old, dict) else value
    return merged


def _set(data: dict[str, Any], path: list[str], value: Any) -> None:
    table: Any = data
    for depth, part in enumerate(path[:-1], 1):
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            outer = ".".join(path[:depth])
            raise SpecError(
                f"{'.'.join(path)} cannot be set, because {outer} is {table!r} and no table; "
                f"set {outer} as a whole."
            )
    table[path[-1]] = value


def _recipes() -> Path:
    return Path(str(resources.files("latentgym_train"))) / RECIPES
