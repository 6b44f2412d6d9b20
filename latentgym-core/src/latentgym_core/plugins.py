"""Find, load and isolate plugins: one bad plugin never costs another.

Our own loop over entry points, because pluggy's stops at the first plugin that raises. A plugin
is taken whole or not at all: it is imported, its hook names are checked, every hook is called and
exhausted, and only then do its records count.
"""

import contextlib
import difflib
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Self

import pluggy
from attrs import field, frozen

from latentgym_core import hookspecs, specs
from latentgym_core.errors import PluginError, SpecError

FIRST_PARTY = ("latentgym-core", "latentgym-envs", "latentgym-train", "latentgym-viz")
PREFIX = "latentgym_register_"
KINDS: Mapping[str, type[specs.ComponentSpec]] = {
    "core_envs": specs.CoreEnvSpec,
    "latents": specs.LatentSpec,
    "prompts": specs.PromptSpec,
    "feedbacks": specs.FeedbackSpec,
    "agents": specs.AgentSpec,
    "commands": specs.CommandSpec,
}


@frozen(kw_only=True)
class Origin:
    """Where a plugin comes from."""

    distribution: str
    version: str
    entry_point: str

    @property
    def name(self) -> str:
        """`distribution:entry point`, the name that LATENTGYM_DISABLE_PLUGINS takes."""
        return f"{self.distribution}:{self.entry_point}"

    @property
    def first_party(self) -> bool:
        """Whether its names are reserved."""
        return self.distribution in FIRST_PARTY


@frozen(kw_only=True)
class Settings:
    """What the environment variables say about plugins."""

    disabled: frozenset[str] = frozenset()
    """Distributions or `distribution:entry point` names to leave out."""
    strict: bool = False
    """Raise the first failure instead of listing it."""
    trace: bool = False
    """Say on stderr what is loaded, how long it takes, and print tracebacks."""

    @classmethod
    def from_environment(cls) -> Self:
        """Read LATENTGYM_DISABLE_PLUGINS, LATENTGYM_STRICT_PLUGINS and LATENTGYM_TRACE_PLUGINS."""
        names = os.environ.get("LATENTGYM_DISABLE_PLUGINS", "").split(",")
        return cls(
            disabled=frozenset(filter(None, (name.strip() for name in names))),
            strict=_is_on("LATENTGYM_STRICT_PLUGINS"),
            trace=_is_on("LATENTGYM_TRACE_PLUGINS"),
        )


@frozen(kw_only=True)
class Plugin:
    """One plugin and what became of it.

    Attributes:
        origin: Where it comes from.
        status: `ok`, `failed` or `disabled`.
        records: Kind (`core_envs`, …) to its specs; empty unless `ok`.
        seconds: Time spent on loading it.
        error: Why it failed, one sentence.
    """

    origin: Origin
    status: str
    records: Mapping[str, tuple[specs.ComponentSpec, ...]] = field(factory=dict)
    seconds: float = 0.0
    error: str = ""


Source = tuple[Origin, Callable[[], Any]]


def installed_sources() -> list[Source]:
    """Every entry point of the group, first-party distributions first, then by name."""
    found = [(_origin(point), point.load) for point in entry_points(group=hookspecs.PROJECT)]
    return sorted(found, key=lambda source: (not source[0].first_party, source[0].name))


def load_plugins(sources: Iterable[Source], settings: Settings) -> tuple[Plugin, ...]:
    """Load every plugin, each on its own.

    Raises:
        PluginError: One failed and `settings.strict` is set.
    """
    return tuple(_load(origin, load, settings) for origin, load in sources)


def _load(origin: Origin, load: Callable[[], Any], settings: Settings) -> Plugin:
    if settings.disabled & {origin.distribution, origin.name}:
        return Plugin(origin=origin, status="disabled")
    begun = time.perf_counter()
    try:
        with contextlib.redirect_stdout(sys.stderr):  # a plugin that prints must not spoil --json
            records = _collect(origin, load())
    except (Exception, SystemExit) as error:
        if settings.trace:
            traceback.print_exc()
        message = f"{type(error).__name__}: {error.args[0] if error.args else error}"
        if settings.strict:
            raise PluginError(f"The plugin {origin.name} cannot be loaded: {message}") from error
        return Plugin(
            origin=origin, status="failed", seconds=time.perf_counter() - begun, error=message
        )
    seconds = time.perf_counter() - begun
    if settings.trace:
        counts = ", ".join(f"{len(found)} {kind}" for kind, found in records.items())
        print(f"{origin.name}: {counts} in {seconds * 1e3:.1f} ms", file=sys.stderr)  # noqa: T201
    return Plugin(origin=origin, status="ok", records=records, seconds=seconds)


def _collect(origin: Origin, module: Any) -> dict[str, tuple[specs.ComponentSpec, ...]]:
    """Call the hooks of one plugin, in a manager of its own so that nothing can linger."""
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(module, name=origin.name)
    _check_hook_names(manager, module)
    collected = {}
    for caller in manager.get_hookcallers(module) or ():
        kind = caller.name.removeprefix(PREFIX)
        for returned in caller():
            collected[kind] = _records(kind, returned)
    if not collected:
        raise SpecError(f"it implements no hook; hooks are {_hook_list()}, marked with @hookimpl.")
    return collected


def _check_hook_names(manager: pluggy.PluginManager, module: Any) -> None:
    known = [PREFIX + kind for kind in KINDS]
    marked = [caller.name for caller in manager.get_hookcallers(module) or ()]
    unmarked = [name for name in dir(module) if name.startswith(PREFIX) and name not in marked]
    for name in (*marked, *unmarked):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"; did you mean {near[0]}?" if near else f"; hooks are {_hook_list()}."
            raise SpecError(f"{name} is not a hook of this version{guess}")
    if unmarked:
        raise SpecError(f"{unmarked[0]} is not marked with @hookimpl.")


def _records(kind: str, returned: Any) -> tuple[specs.ComponentSpec, ...]:
    """Exhaust what a hook returned and check every record."""
    hook, wanted = PREFIX + kind, KINDS[kind]
    if not isinstance(returned, Iterable):
        raise SpecError(f"{hook} returned {type(returned).__name__}, not an iterable of records.")
    found = tuple(returned)
    for record in found:
        if not isinstance(record, wanted):
            raise SpecError(
                f"{hook} yielded {type(record).__name__} {record!r}, not {wanted.__name__}."
            )
    return found


def _hook_list() -> str:
    return ", ".join(PREFIX + kind for kind in KINDS)


def _origin(point: EntryPoint) -> Origin:
    distribution = point.dist
    return Origin(
        distribution=distribution.name if distribution else "unknown",
        version=distribution.version if distribution else "unknown",
        entry_point=point.name,
    )


def _is_on(variable: str) -> bool:
    return os.environ.get(variable, "").lower() not in {"", "0", "false", "no"}
