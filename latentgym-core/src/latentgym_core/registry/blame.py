"""Where in a plugin an unexpected error comes from, in words that its author can act on."""

import re
import traceback
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import PurePath
from types import FrameType
from typing import Any

from attrs import Attribute

from latentgym_core.errors import LatentGymError
from latentgym_core.outdated.built_for import age
from latentgym_core.outdated.moved import new_home
from latentgym_core.registry import PROJECT


def normalised(distribution: str) -> str:
    """A distribution's name in its one canonical spelling (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def reason(error: BaseException) -> str:
    """What an error says, on one line, with its type unless we raised it on purpose."""
    from_validator = any(isinstance(each, Attribute) for each in error.args)
    said = " ".join(str(error.args[0] if from_validator else error).split())
    if isinstance(error, LatentGymError):
        return said
    if isinstance(error, SystemExit):
        return f"it called sys.exit({said})"
    named = f"{type(error).__name__}: {said}" if said else type(error).__name__
    home = new_home(error)
    return f"{named}, which is {home} now" if home else named


def package_of(module: str) -> str:
    """Name of the top-level package that a module belongs to."""
    return module.partition(".")[0]


@cache
def whose(package: str) -> str:
    """`plugin distribution:entry_point` of the installed plugin that a package is part of.

    A plugin that was built for another core is told to be.
    """
    with suppress(Exception):  # odd metadata of anybody must not hide the error that is told here
        holders = metadata.packages_distributions().get(package, ())
        for plugin in metadata.entry_points(group=PROJECT):
            name = plugin.dist.name if plugin.dist else ""
            if package_of(plugin.value.partition(":")[0]) == package or name in holders:
                old = age(name)
                return f"plugin {normalised(name)}:{plugin.name}{f' ({old})' if old else ''}"
    return f"package {package}"


def module_of(frame: FrameType) -> str:
    """Name of the module a frame runs in; empty for code that was made up on the spot."""
    return str(frame.f_globals.get("__name__") or "")


def place_in(package: str, error: BaseException) -> str:
    """File and line where an error left a package, as in `acme/maze.py:12`; empty if nowhere."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{PurePath(error.filename).name}:{error.lineno}"
    found = ""
    caught_by = error.__traceback__  # the outermost call is the one that caught it
    for frame, line in traceback.walk_tb(caught_by and caught_by.tb_next):
        module = module_of(frame)
        if package_of(module) == package:
            found = f"{_file(module, frame.f_code.co_filename)}:{line}"
    return found


def factory_fault(spec: Any, error: BaseException, what: str) -> str:
    """A sentence about a factory that failed when it was used.

    Args:
        spec: The component's registration.
        error: What it raised.
        what: What it did: `cannot be loaded`, `failed`.
    """
    factory = factory_name(spec.factory)
    package = package_of(factory.partition(":")[0])
    place = place_in(package, error)
    return (
        f"The factory {factory} of {type(spec).__name__} {spec.name!r} in {whose(package)} {what}"
        f"{f' ({place})' if place else ''}: {reason(error).rstrip('.')}."
    )


def factory_name(factory: Any) -> str:
    """`module:Name` of a factory, which in tests is the callable itself."""
    if isinstance(factory, str):
        return factory
    return f"{factory.__module__}:{getattr(factory, '__qualname__', type(factory).__qualname__)}"


def _file(module: str, path: str) -> str:
    """A path from its top-level package on, so that it reads alike on every machine."""
    parts = PurePath(path).parts
    depth = len(module.split(".")) + (PurePath(path).stem == "__init__")
    return "/".join(parts[-depth:])
