"""The registry: an immutable index of everything the plugins registered.

Names are never resolved by order. A name that two plugins claim in one place stays listed, and
using it is an error that names both.
"""

import os
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Generic, Self, TypeVar

from attrs import field, frozen

from latentgym_core.errors import NameConflictError, SpecError, UnknownNameError, WrongTypeError
from latentgym_core.registry.collecting import KINDS
from latentgym_core.registry.env_id import EnvId, PartialEnvId
from latentgym_core.registry.loading import (
    Origin,
    Plugin,
    PluginSettings,
    installed_plugins,
    load_plugins,
    plugin_objects,
)
from latentgym_core.registry.names import (
    clash,
    core_envs_of,
    dashed,
    describe,
    names_of,
    overrides,
    registered_core_envs,
    serves,
    singular,
)
from latentgym_core.registry.rearranging import rearranged
from latentgym_core.registry.specs import (
    AgentSpec,
    CommandSpec,
    ComponentSpec,
    CoreEnvSpec,
    FeedbackSpec,
    LatentSpec,
    PromptSpec,
    SuiteSpec,
)
from latentgym_core.wording import counted

DEFAULT_PROMPT = "no_info"
DEFAULT_FEEDBACK = "standard"
USED: Mapping[str, str] = MappingProxyType(
    {
        "latents": "a latent, as in {game}/{name}",
        "prompts": "a prompt, as in CORE_ENV/LATENT/{name}",
        "feedbacks": "a feedback, as in CORE_ENV/LATENT/PROMPT/{name}",
        "agents": "an agent, as in --agent {name}",
    }
)
"""Kind of a name to how it is written."""
SpecT = TypeVar("SpecT", bound=ComponentSpec, covariant=True)


@frozen(kw_only=True)
class Entry(Generic[SpecT]):
    """A registered component."""

    spec: SpecT
    origin: Origin
    rivals: tuple[Origin, ...] = ()
    """Other plugins that claim the same name in the same place."""
    overridden_by: tuple[ComponentSpec, ...] = ()
    """Components that its name means in the core envs they are bound to, see `overrides`."""

    def serves(self, core_envs: Iterable[str]) -> bool:
        """Whether it can be used with every one of the core envs, and is what its name means."""
        asked = tuple(core_envs)
        return serves(self.spec, asked) and not any(
            serves(each, asked) for each in self.overridden_by
        )

    def __repr__(self) -> str:
        origin = f"{self.origin.distribution} {self.origin.version}"
        return f"Entry({type(self.spec).__name__} {self.spec.name!r}, from {origin})"

    @property
    def conflict(self) -> bool:
        """Whether using the name may be an error."""
        return bool(self.rivals)


@frozen(eq=False)
class Registry:
    """What the plugins registered; a value that never changes.

    Attributes:
        plugins: What became of each plugin, in the order of loading.
    """

    plugins: tuple[Plugin, ...]
    _entries: Mapping[str, tuple[Entry[Any], ...]] = field(init=False, repr=False)

    @_entries.default
    def _index(self) -> dict[str, tuple[Entry[Any], ...]]:
        return {kind: _entries_of(kind, self.plugins) for kind in KINDS}

    @classmethod
    def from_plugins(
        cls, plugins: Iterable[object], settings: PluginSettings | None = None
    ) -> Self:
        """Build a registry from modules or objects with hooks, for tests.

        Args:
            plugins: First-party modules first. A module counts as part of the distribution that
                its top-level package is called after.
            settings: By default strict, so that a broken plugin fails the test.

        Raises:
            PluginError: A plugin is broken, or claims a name that is taken.
        """
        settings = settings or PluginSettings(strict=True)
        return cls(load_plugins(plugin_objects(plugins), settings))

    def __repr__(self) -> str:
        held = (
            counted(len({each.spec.name for each in entries}), singular(kind))
            for kind, entries in self._entries.items()
        )
        return f"Registry({counted(len(self.plugins), 'plugin')}: {', '.join(held)})"

    @property
    def failures(self) -> tuple[Plugin, ...]:
        """The plugins that could not be loaded."""
        return tuple(plugin for plugin in self.plugins if plugin.status == "failed")

    # ---- lookups: every one raises UnknownNameError, SpecError where the component does not
    # ---- serve the core envs, and NameConflictError

    def core_env(self, name: str) -> Entry[CoreEnvSpec]:
        """The core env of a name."""
        return self._find("core_envs", name)

    def latent(self, core_envs: Iterable[str], name: str) -> Entry[LatentSpec]:
        """The latent of a name that serves every one of the core envs."""
        return self._find("latents", name, core_envs)

    def prompt(self, core_envs: Iterable[str], name: str) -> Entry[PromptSpec]:
        """The prompt of a name that serves every one of the core envs."""
        return self._find("prompts", name, core_envs)

    def feedback(self, core_envs: Iterable[str], name: str) -> Entry[FeedbackSpec]:
        """The feedback of a name that serves every one of the core envs."""
        return self._find("feedbacks", name, core_envs)

    def agent(self, name: str, core_envs: Iterable[str]) -> Entry[AgentSpec]:
        """The provider or scripted player of a name that serves every one of the core envs."""
        return self._find("agents", name, core_envs)

    def command(self, name: str) -> Entry[CommandSpec]:
        """The subcommand of a name."""
        return self._find("commands", name)

    def suite(self, name: str) -> Entry[SuiteSpec]:
        """The named suite of a name."""
        return self._find("suites", name)

    # ---- listings, in the order of registration; `core_envs` keeps what serves all of them

    def core_envs(self) -> tuple[Entry[CoreEnvSpec], ...]:
        """Every core env."""
        return self._entries["core_envs"]

    def latents(
        self,
        core_envs: Iterable[str] = (),
        *,
        tier: str | None = None,
        structure: str | None = None,
    ) -> tuple[Entry[LatentSpec], ...]:
        """Every latent, or those of some core envs, of a tier, of a structure."""
        return tuple(
            entry
            for entry in self._serving("latents", core_envs)
            if tier in (None, entry.spec.tier) and structure in (None, entry.spec.structure)
        )

    def prompts(self, core_envs: Iterable[str] = ()) -> tuple[Entry[PromptSpec], ...]:
        """Every prompt, or those of some core envs."""
        return self._serving("prompts", core_envs)

    def feedbacks(self, core_envs: Iterable[str] = ()) -> tuple[Entry[FeedbackSpec], ...]:
        """Every feedback, or those of some core envs."""
        return self._serving("feedbacks", core_envs)

    def agents(self, core_envs: Iterable[str] = ()) -> tuple[Entry[AgentSpec], ...]:
        """Every provider and scripted player, or those that can play all of some core envs.

        A scripted player of a mixed sequence is one entry for each game, all of one name.
        """
        each = [self._serving("agents", (name,)) for name in names_of(core_envs)]
        if not each:
            return self._serving("agents", ())
        shared = set.intersection(*({entry.spec.name for entry in part} for part in each))
        found = {id(entry): entry for part in each for entry in part if entry.spec.name in shared}
        return tuple(found.values())

    def agent_names(self, core_envs: Iterable[str] = ()) -> tuple[str, ...]:
        """Names of `agents`, each once."""
        return tuple(dict.fromkeys(entry.spec.name for entry in self.agents(core_envs)))

    def commands(self) -> tuple[Entry[CommandSpec], ...]:
        """Every subcommand."""
        return self._entries["commands"]

    def suites(self) -> tuple[Entry[SuiteSpec], ...]:
        """Every named suite."""
        return self._entries["suites"]

    # ---- ids

    def complete(self, given: str | PartialEnvId | EnvId) -> EnvId:
        """Fill the parts that an id leaves out, and check that every name exists.

        Args:
            given: `core_env[/latent[/prompt[/feedback[/epN]]]][?parameters]`.

        Returns:
            The full id. Latent and horizon default to those of the first core env.

        Raises:
            UnknownNameError: A name is not registered.
            NameConflictError: Two plugins claim a name.
            SpecError: Malformed, a latent is needed, or a part does not serve the core envs.
            WrongTypeError: It is no id.
        """
        if not isinstance(given, str | PartialEnvId | EnvId):
            raise WrongTypeError("An id is text", given, "as in number_guessing/set_of_3")
        partial = PartialEnvId.parse(given) if isinstance(given, str) else given
        specs = [self.core_env(name).spec for name in partial.core_envs]
        try:
            return self._filled(partial, specs[0])
        except UnknownNameError:
            if meant := rearranged(self, partial):
                raise SpecError(
                    f"The parts of the id are out of place; did you mean {meant}?"
                ) from None
            raise

    # ---- inside

    def _filled(self, partial: PartialEnvId | EnvId, first: CoreEnvSpec) -> EnvId:
        names = partial.core_envs
        latent = partial.latent or first.default_latent
        if not latent:
            raise SpecError(self._latent_missing(names))
        return EnvId(
            core_envs=names,
            latent=self.latent(names, latent).spec.name,
            prompt=self.prompt(names, partial.prompt or DEFAULT_PROMPT).spec.name,
            feedback=self.feedback(names, partial.feedback or DEFAULT_FEEDBACK).spec.name,
            num_tasks=partial.num_tasks or first.default_num_tasks,
            parameters=partial.parameters,
        )

    def _serving(self, kind: str, core_envs: Iterable[str]) -> tuple[Entry[Any], ...]:
        wanted = names_of(core_envs)
        entries = self._entries[kind]
        return tuple(each for each in entries if not wanted or each.serves(wanted))

    def _find(self, kind: str, name: str, core_envs: Iterable[str] = ()) -> Entry[Any]:
        wanted = names_of(core_envs)
        named = [entry for entry in self._entries[kind] if entry.spec.name == name]
        if not named:
            raise self._unknown(kind, name, wanted)
        serving = [entry for entry in named if entry.serves(wanted)]
        if not serving:
            bound = dict.fromkeys(each for entry in named for each in core_envs_of(entry.spec))
            asked = "+".join(wanted) or "every core env"
            raise SpecError(
                f"The {singular(kind)} {name!r} serves {', '.join(bound)}, not {asked}; "
                f"`{_listing(kind, wanted)}` lists what does."
            )
        if len(serving) > 1:
            raise _conflict(kind, serving)
        return serving[0]

    def _unknown(self, kind: str, name: str, core_envs: tuple[str, ...]) -> UnknownNameError:
        known = dict.fromkeys(entry.spec.name for entry in self._serving(kind, core_envs))
        where = f" for {'+'.join(core_envs)}" if core_envs else ""
        listing = _listing(kind, core_envs)
        if kind == "core_envs" and name not in known and (other := self._kind_of(name)):
            return UnknownNameError(singular(kind), name, (), listing, other)
        return UnknownNameError(f"{singular(kind)}{where}", name, known, listing)

    def _kind_of(self, name: str) -> str:
        """What a name is that was taken for a core env, and how it is used; empty: nothing."""
        for kind in ("latents", "prompts", "feedbacks", "agents"):
            for spec in (entry.spec for entry in self._entries[kind]):
                if name == spec.name.partition("/")[0]:
                    game = (*core_envs_of(spec), "CORE_ENV")[0]
                    return f"it is {USED[kind].format(game=game, name=spec.name)}"
        return ""

    def _latent_missing(self, core_envs: tuple[str, ...]) -> str:
        game = "+".join(core_envs)
        few = [entry.spec.name for entry in self.latents(core_envs) if not entry.spec.refusal][:3]
        examples = " or ".join(f"{game}/{name}" for name in few) or f"{game}/LATENT"
        return (
            f"{game} has no default latent: name one, as in {examples}; "
            f"`{_listing('latents', core_envs)}` lists them all."
        )


def load_registry() -> Registry:
    """The registry of the installed plugins, built once for the current environment variables.

    Raises:
        PluginError: A plugin is broken and LATENTGYM_STRICT_PLUGINS is set.
    """
    return _load_registry(PluginSettings.from_environment(os.environ))


@cache
def _load_registry(settings: PluginSettings) -> Registry:
    return Registry(load_plugins(installed_plugins(), settings))


@frozen
class _Claim:
    spec: ComponentSpec
    origin: Origin
    own_core_envs: frozenset[str]

    def overrides(self, other: "_Claim") -> bool:
        return overrides(self.spec, other.spec, self.own_core_envs)


def _entries_of(kind: str, plugins: Iterable[Plugin]) -> tuple[Entry[Any], ...]:
    claims = [
        _Claim(spec, plugin.origin, registered_core_envs(plugin.contributions))
        for plugin in plugins
        for spec in plugin.contributions.get(kind, ())
    ]
    namesakes: dict[str, list[_Claim]] = {}
    for claim in claims:
        namesakes.setdefault(claim.spec.name, []).append(claim)
    return tuple(_entry(claim, namesakes[claim.spec.name]) for claim in claims)


def _entry(claim: _Claim, namesakes: Iterable[_Claim]) -> Entry[Any]:
    others = [each for each in namesakes if each.origin != claim.origin]
    stronger = [each for each in others if each.overrides(claim)]
    return Entry(
        spec=claim.spec,
        origin=claim.origin,
        rivals=tuple(
            each.origin
            for each in others
            if clash(claim.spec, each.spec) and each not in stronger and not claim.overrides(each)
        ),
        overridden_by=tuple(each.spec for each in stronger),
    )


def _conflict(kind: str, entries: list[Entry[Any]]) -> NameConflictError:
    claimants = [entry.origin for entry in entries]
    named = " and ".join(f"{each.name} {each.version}" for each in claimants)
    return NameConflictError(
        f"The {describe(kind, entries[0].spec)} is claimed by {named}; switch one of them off "
        f"with LATENTGYM_DISABLE_PLUGINS={claimants[-1].name}."
    )


def _listing(kind: str, core_envs: tuple[str, ...]) -> str:
    if kind == "commands":
        return "latentgym --help"
    command = f"latentgym list {dashed(kind)}"
    return f"{command} --env {'+'.join(core_envs)}" if core_envs else command
