"""Find, load, isolate, time and report plugins.

A plugin that fails costs itself and nothing else: it is left out as a whole, and the reason is
kept. What was loaded is a value; nothing is remembered between two calls.
"""

import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stdout, suppress
from importlib import metadata
from time import perf_counter
from typing import Any, Literal, Self

import pluggy
from attrs import field, frozen

from latentgym_core.errors import PluginError, UnknownNameError
from latentgym_core.outdated.built_for import age
from latentgym_core.registry import PROJECT, hookspecs
from latentgym_core.registry.blame import normalised, reason
from latentgym_core.registry.collecting import Contributions, collect
from latentgym_core.registry.names import Owned, check_reserved
from latentgym_core.registry.reserved_commands import reserved_commands

FIRST_PARTY = ("latentgym-core", "latentgym-envs", "latentgym-train", "latentgym-viz")
LISTING = "latentgym plugins"
Trace = Callable[[str], None]


@frozen(kw_only=True)
class Origin:
    """Where a plugin comes from."""

    distribution: str
    """Normalised name of the distribution."""
    version: str
    """Its version; `0` for an object that no distribution holds."""
    entry_point: str
    """Name of the entry point in the group `latentgym`."""

    @property
    def name(self) -> str:
        """`distribution:entry_point`, unique among plugins."""
        return f"{self.distribution}:{self.entry_point}"

    @property
    def is_first_party(self) -> bool:
        """Whether its names are reserved."""
        return self.distribution in FIRST_PARTY


@frozen(kw_only=True)
class PluginSource:
    """A plugin that has not been imported yet."""

    origin: Origin
    load: Callable[[], object]


@frozen(kw_only=True)
class Plugin:
    """What became of a plugin."""

    origin: Origin
    status: Literal["ok", "failed", "disabled"]
    contributions: Contributions = field(factory=dict)
    """One key for every hook it implements; empty unless `ok`."""
    seconds: float = 0.0
    """Wall time of importing it and calling its hooks."""
    message: str = ""
    """Why it failed, one sentence."""

    def __repr__(self) -> str:
        return f"Plugin({self.origin.name} {self.origin.version}, {self.status})"


@frozen(kw_only=True)
class PluginSettings:
    """How plugins are loaded.

    Attributes:
        disabled: Distributions or full plugin names that are not loaded.
        strict: Whether a failing plugin raises.
        trace: Whether every step is told on stderr, tracebacks of failures included.
    """

    disabled: frozenset[str] = frozenset()
    strict: bool = False
    trace: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the three `LATENTGYM_*_PLUGINS` variables."""
        disabled = environ.get("LATENTGYM_DISABLE_PLUGINS", "").split(",")
        return cls(
            disabled=frozenset(normalised(each.strip()) for each in disabled if each.strip()),
            strict=_is_set(environ.get("LATENTGYM_STRICT_PLUGINS", "")),
            trace=_is_set(environ.get("LATENTGYM_TRACE_PLUGINS", "")),
        )

    def disables(self, origin: Origin) -> bool:
        """Whether a plugin is named, by its distribution or in full."""
        return bool(_spellings(origin) & self.disabled)

    def unknown(self, origins: Iterable[Origin]) -> tuple[str, ...]:
        """One sentence for each disabled name that is none of the plugins."""
        known = dict.fromkeys(name for origin in origins for name in sorted(_spellings(origin)))
        return tuple(
            f"LATENTGYM_DISABLE_PLUGINS: {UnknownNameError('plugin', name, known, LISTING)}"
            for name in sorted(self.disabled - known.keys())
        )


def installed_plugins() -> tuple[PluginSource, ...]:
    """The entry points of group `latentgym`: first-party first, then sorted by name."""
    sources = [
        PluginSource(origin=_origin(entry_point), load=entry_point.load)
        for entry_point in metadata.entry_points(group=PROJECT)
    ]
    return tuple(sorted(sources, key=_rank))


def installed_versions() -> dict[str, str]:
    """Version of every installed `latentgym-*` distribution, sorted by name."""
    found: dict[str, str] = {}
    for distribution in metadata.distributions():
        name, version = _name_and_version(distribution)
        if name.startswith(f"{PROJECT}-"):
            found.setdefault(name, version)  # the first on the path is the one imported
    return dict(sorted(found.items()))


def plugin_objects(plugins: Iterable[object]) -> tuple[PluginSource, ...]:
    """Modules or other objects with hooks as plugins, in the order given.

    A module belongs to the distribution its top-level package is called after, so that
    `latentgym_core.plugin` stays first-party.
    """
    return tuple(_from_object(plugin, index) for index, plugin in enumerate(plugins))


def load_plugins(sources: Iterable[PluginSource], settings: PluginSettings) -> tuple[Plugin, ...]:
    """Load plugins one by one; a failing one leaves no trace in the others.

    Args:
        sources: First-party first, because their names are reserved.
        settings: What to skip, whether to raise, whether to tell.

    Returns:
        One record for each source, in the same order.

    Raises:
        PluginError: `settings.strict` is set and a plugin failed.
    """
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    reserved: list[Owned] = []
    plugins = []
    for source in sources:
        plugin = _load(source, manager, reserved, settings)
        plugins.append(plugin)
        if plugin.origin.is_first_party:
            reserved += (
                Owned(kind, spec, plugin.origin.distribution)
                for kind, specs in plugin.contributions.items()
                for spec in specs
            )
    return tuple(plugins)


def _load(
    source: PluginSource,
    manager: pluggy.PluginManager,
    reserved: Iterable[Owned],
    settings: PluginSettings,
) -> Plugin:
    origin = source.origin
    trace = _tracer(origin.name) if settings.trace else _silent
    if settings.disables(origin):
        trace("disabled")
        return Plugin(origin=origin, status="disabled")
    started = perf_counter()
    try:
        with redirect_stdout(sys.stderr):  # stdout belongs to data
            contributions = _contributions(source, manager, trace)
        check_reserved(contributions, (*reserved, *reserved_commands(origin.distribution)))
    except (Exception, SystemExit) as error:
        old = age(origin.distribution)
        message = f"{reason(error).rstrip('.')}; it was {old}" if old else reason(error)
        trace(f"failed: {message}\n{traceback.format_exc().rstrip()}")
        if manager.has_plugin(origin.name):  # pluggy 1.6 keeps what failed its validation
            manager.unregister(name=origin.name)
        if settings.strict:
            raise PluginError(f"The plugin {origin.name} cannot be loaded: {message}") from error
        return Plugin(
            origin=origin, status="failed", seconds=perf_counter() - started, message=message
        )
    seconds = perf_counter() - started
    return Plugin(origin=origin, status="ok", contributions=contributions, seconds=seconds)


def _contributions(
    source: PluginSource, manager: pluggy.PluginManager, trace: Trace
) -> Contributions:
    started = perf_counter()
    plugin = source.load()
    trace(f"imported in {1000 * (perf_counter() - started):.1f} ms")
    manager.register(plugin, source.origin.name)
    return collect(manager, plugin, trace)


def _rank(source: PluginSource) -> tuple[int, str, str]:
    origin = source.origin
    place = FIRST_PARTY.index(origin.distribution) if origin.is_first_party else len(FIRST_PARTY)
    return place, origin.distribution, origin.entry_point


def _origin(entry_point: metadata.EntryPoint) -> Origin:
    name, version = _name_and_version(entry_point.dist)
    return Origin(distribution=name, version=version, entry_point=entry_point.name)


def _name_and_version(distribution: metadata.Distribution | None) -> tuple[str, str]:
    found: Any = distribution
    with suppress(Exception):  # broken metadata cost a plugin its name, nobody anything else
        return normalised(found.name), found.version or "0"
    return "unknown", "0"


def _from_object(plugin: object, index: int) -> PluginSource:
    package, _, module = getattr(plugin, "__name__", type(plugin).__name__).partition(".")
    origin = Origin(
        distribution=normalised(package), version="0", entry_point=module or f"plugin{index}"
    )
    return PluginSource(origin=origin, load=lambda: plugin)


def _spellings(origin: Origin) -> frozenset[str]:
    """What LATENTGYM_DISABLE_PLUGINS may call a plugin: its distribution, or its full name."""
    return frozenset({origin.distribution, normalised(origin.name)})


def _is_set(value: str) -> bool:
    return value.strip().lower() not in ("", "0", "false", "no", "off")


def _tracer(name: str) -> Trace:
    def trace(text: str) -> None:
        sys.stderr.write(f"{name} {text}\n")

    return trace


def _silent(text: str) -> None:
    del text
