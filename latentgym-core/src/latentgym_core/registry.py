"""The registry: an immutable index of what the plugins registered.

Names are scoped. Core envs, providers and commands have one name space each; latents, prompts,
feedbacks and scripted players live within the core envs they serve. Names of first-party
distributions are reserved: a newcomer that takes one is rejected whole. Two strangers with one
name are both listed, and using the name is an error that names both; order never decides.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Self, TypeVar

from attrs import evolve, field, frozen

from latentgym_core.env_id import EnvId, PartialEnvId
from latentgym_core.errors import NameConflictError, PluginError, SpecError, UnknownNameError
from latentgym_core.plugins import KINDS, Origin, Plugin, Settings, installed_sources, load_plugins
from latentgym_core.specs import ComponentSpec

SpecT = TypeVar("SpecT", bound=ComponentSpec)


@frozen
class Entry:
    """A spec and who supplied it.

    Attributes:
        spec: The record.
        origin: Its plugin.
        conflict: Another stranger claims the same name.
    """

    spec: Any
    origin: Origin
    conflict: bool = False


@frozen
class Registry:
    """All specs, by kind; a value that nothing changes.

    Attributes:
        plugins: Every plugin found, also failed and disabled ones.
    """

    plugins: tuple[Plugin, ...]
    _entries: dict[str, tuple[Entry, ...]] = field(repr=False, eq=False)

    @classmethod
    def build(cls, plugins: Iterable[Plugin], *, strict: bool = False) -> Self:
        """Index plugins; those that take a reserved name are turned into failures."""
        settled = _reject_clashes(tuple(plugins), strict=strict)
        return cls(settled, {kind: _entries(kind, settled) for kind in KINDS})

    @classmethod
    def from_plugins(cls, modules: Sequence[Any]) -> Self:
        """A registry of given plugin modules and core itself, for tests; failures raise."""
        from latentgym_core import plugin as core

        sources = [
            (Origin(distribution="latentgym-core", version="0", entry_point="core"), lambda: core)
        ]
        for index, module in enumerate(modules):
            name = getattr(module, "__name__", f"plugin{index}")
            origin = Origin(distribution=name, version="0", entry_point=name)
            sources.append((origin, lambda module=module: module))  # type: ignore[misc]
        return cls.build(load_plugins(sources, Settings(strict=True)), strict=True)

    # ---- listing

    def entries(self, kind: str, core_env: str | None = None) -> tuple[Entry, ...]:
        """All entries of a kind (`core_envs`, `latents`, …), those that serve a core env alone."""
        found = self._entries[kind]
        if core_env is None or kind in {"core_envs", "commands"}:
            return found
        return tuple(entry for entry in found if _serves(entry.spec, core_env))

    # ---- looking up

    def core_env(self, name: str) -> Entry:
        """The core env of a name."""
        return self._find("core_envs", name, "core env", "core-envs")

    def latent(self, core_envs: tuple[str, ...], name: str) -> Entry:
        """The latent that serves every one of the core envs under this name."""
        return self._scoped("latents", core_envs, name, "latent", "latents")

    def prompt(self, core_envs: tuple[str, ...], name: str) -> Entry:
        """The prompt condition for these core envs."""
        return self._scoped("prompts", core_envs, name, "prompt", "prompts")

    def feedback(self, core_envs: tuple[str, ...], name: str) -> Entry:
        """The feedback condition for these core envs."""
        return self._scoped("feedbacks", core_envs, name, "feedback", "feedbacks")

    def agent(self, name: str, core_envs: tuple[str, ...] = ()) -> Entry:
        """A provider (`openai`) or a named agent (`scripted/blind`) for these core envs."""
        return self._scoped("agents", core_envs, name, "agent", "agents")

    def has_agent(self, name: str, core_envs: tuple[str, ...] = ()) -> bool:
        """Whether an agent of exactly this name plays these core envs."""
        return any(
            entry.spec.name == name and all(_serves(entry.spec, each) for each in core_envs)
            for entry in self._entries["agents"]
        )

    def command(self, name: str) -> Entry:
        """The subcommand of a name."""
        return self._find("commands", name, "command", "--help")

    def complete(self, text: str | PartialEnvId) -> EnvId:
        """Fill the parts of an id that were left out, and check that every name exists.

        Raises:
            SpecError: The id is malformed, or the core env has no default latent.
            UnknownNameError: A name is not registered.
        """
        partial = PartialEnvId.parse(text) if isinstance(text, str) else text
        games = [self.core_env(name) for name in partial.core_envs]
        first = games[0].spec
        full = EnvId(
            core_envs=partial.core_envs,
            latent=partial.latent or first.default_latent or self._no_latent(partial),
            prompt=partial.prompt or "no_info",
            feedback=partial.feedback or "standard",
            num_tasks=partial.num_tasks or first.default_num_tasks,
            parameters=partial.parameters,
        )
        self.latent(full.core_envs, full.latent)
        self.prompt(full.core_envs, full.prompt)
        self.feedback(full.core_envs, full.feedback)
        return full

    def _no_latent(self, partial: PartialEnvId) -> str:
        game = partial.core_envs[0]
        latents = self.entries("latents", game)
        some = latents[0].spec.name if latents else "LATENT"
        raise SpecError(
            f"{game} has no default latent; name one, as in {game}/{some}. "
            f"`latentgym list latents --env {game}` lists them all."
        )

    def _scoped(
        self, kind: str, core_envs: tuple[str, ...], name: str, word: str, listing: str
    ) -> Entry:
        named = [entry for entry in self._entries[kind] if entry.spec.name == name]
        serving = [e for e in named if all(_serves(e.spec, each) for each in core_envs)]
        if named and not serving:
            served = sorted({each for entry in named for each in entry.spec.core_envs})
            raise SpecError(
                f"The {word} {name!r} does not serve {' and '.join(core_envs)} together; "
                f"it serves {', '.join(served)}. "
                f"`latentgym list {listing} --env {core_envs[0]}` lists those that fit."
            )
        if not serving:
            known = {
                entry.spec.name
                for entry in self._entries[kind]
                if all(_serves(entry.spec, each) for each in core_envs)
            }
            where = f" of {'+'.join(core_envs)}" if core_envs and kind != "agents" else ""
            flag = f" --env {core_envs[0]}" if core_envs else ""
            raise UnknownNameError(f"{word}{where}", name, known, f"latentgym list {listing}{flag}")
        return _single(serving, word, name)

    def _find(self, kind: str, name: str, word: str, listing: str) -> Entry:
        found = [entry for entry in self._entries[kind] if entry.spec.name == name]
        if not found:
            known = [entry.spec.name for entry in self._entries[kind]]
            command = "latentgym --help" if listing == "--help" else f"latentgym list {listing}"
            raise UnknownNameError(word, name, known, command)
        return _single(found, word, name)


def load_registry() -> Registry:
    """The registry of the installed plugins; built once per process and setting."""
    return _load_registry(Settings.from_environment())


@cache
def _load_registry(settings: Settings) -> Registry:
    return Registry.build(load_plugins(installed_sources(), settings), strict=settings.strict)


def _reject_clashes(plugins: tuple[Plugin, ...], *, strict: bool) -> tuple[Plugin, ...]:
    """Turn plugins that repeat a name, their own or a reserved one, into failures."""
    reserved: list[tuple[str, ComponentSpec, Origin]] = []
    settled = []
    for plugin in plugins:
        error = _clash(plugin, reserved)
        if error and strict:
            raise PluginError(f"The plugin {plugin.origin.name} cannot be loaded: {error}")
        if error:
            settled.append(evolve(plugin, status="failed", records={}, error=error))
            continue
        settled.append(plugin)
        if plugin.origin.first_party:
            reserved += [(kind, spec, plugin.origin) for kind, spec in _pairs(plugin)]
    return tuple(settled)


def _clash(plugin: Plugin, reserved: list[tuple[str, ComponentSpec, Origin]]) -> str:
    taken: dict[tuple[str, str], list[tuple[ComponentSpec, Origin]]] = {}
    for kind, spec, origin in reserved:
        taken.setdefault((kind, spec.name), []).append((spec, origin))
    for kind, spec in _pairs(plugin):
        for other, origin in taken.get((kind, spec.name), ()):
            if _overlap(kind, spec, other):
                return f"{spec.name!r} ({kind}) is a name of {origin.distribution}; choose another."
        taken.setdefault((kind, spec.name), []).append((spec, plugin.origin))
    return ""


def _entries(kind: str, plugins: tuple[Plugin, ...]) -> tuple[Entry, ...]:
    found = [
        Entry(spec, plugin.origin) for plugin in plugins for spec in plugin.records.get(kind, ())
    ]
    by_name: dict[str, list[Entry]] = {}
    for entry in found:
        by_name.setdefault(entry.spec.name, []).append(entry)
    return tuple(
        evolve(
            entry,
            conflict=any(
                other is not entry and _overlap(kind, entry.spec, other.spec)
                for other in by_name[entry.spec.name]
            ),
        )
        for entry in found
    )


def _single(found: list[Entry], word: str, name: str) -> Entry:
    if len(found) > 1:
        claimants = " and ".join(entry.origin.distribution for entry in found)
        raise NameConflictError(
            f"The {word} {name!r} is registered by {claimants}; "
            f"set LATENTGYM_DISABLE_PLUGINS={found[0].origin.distribution} to leave one out."
        )
    return found[0]


def _pairs(plugin: Plugin) -> list[tuple[str, ComponentSpec]]:
    return [(kind, spec) for kind, found in plugin.records.items() for spec in found]


def _serves(spec: Any, core_env: str) -> bool:
    return not spec.core_envs or core_env in spec.core_envs


def _overlap(kind: str, one: Any, other: Any) -> bool:
    """Whether two specs of one name would be asked for in the same place."""
    if kind in {"core_envs", "commands"} or not one.core_envs or not other.core_envs:
        return True
    return bool(set(one.core_envs) & set(other.core_envs))
