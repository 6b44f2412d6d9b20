"""Where a name holds: core envs, providers and commands everywhere, the rest within core envs."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import frozen

from latentgym_core.errors import PluginError
from latentgym_core.registry.specs import AgentSpec, ComponentSpec, LatentSpec

SCRIPTED = "scripted/"


@frozen
class Owned:
    """A component and the distribution that registered it."""

    kind: str
    spec: ComponentSpec
    distribution: str


def core_envs_of(spec: ComponentSpec) -> tuple[str, ...]:
    """The core envs a component is bound to; empty: every one."""
    bound: tuple[str, ...] = getattr(spec, "core_envs", ())
    return bound


def names_of(core_envs: str | Iterable[str]) -> tuple[str, ...]:
    """Names of core envs; one name, or names joined by +, may be given as they stand in an id."""
    return tuple(core_envs.split("+") if isinstance(core_envs, str) else core_envs)


def serves(spec: ComponentSpec, core_envs: Iterable[str]) -> bool:
    """Whether a component can be used with every one of the core envs."""
    asked, bound = set(core_envs), core_envs_of(spec)
    return not bound or (bool(asked) and asked.issubset(bound))


def clash(one: ComponentSpec, other: ComponentSpec) -> bool:
    """Whether two components of one kind claim one name in one place."""
    if one.name != other.name:
        return False
    here, there = _scope(one), _scope(other)
    return not here or not there or not set(here).isdisjoint(there)


def overrides(spec: ComponentSpec, other: ComponentSpec, own_core_envs: Collection[str]) -> bool:
    """Whether a latent is what its name means in its core envs, where another serves every one.

    So `mastermind/alternating` is a latent of that game and `wordle/alternating` a combinator.
    Only whoever registers a core env may decide what a name means in it; nobody can take a name
    away in somebody else's.

    Args:
        spec: The latent that is bound to core envs.
        other: The one of its name that is not.
        own_core_envs: Core envs that the plugin of `spec` registers itself.
    """
    bound = core_envs_of(spec)
    return (
        isinstance(spec, LatentSpec)
        and spec.name == other.name
        and not core_envs_of(other)
        and bool(bound)
        and set(bound).issubset(own_core_envs)
    )


def registered_core_envs(contributions: Mapping[str, Iterable[ComponentSpec]]) -> frozenset[str]:
    """Names of the core envs that a plugin registers itself."""
    return frozenset(spec.name for spec in contributions.get("core_envs", ()))


def check_distinct(kind: str, specs: Iterable[ComponentSpec]) -> None:
    """Check that one plugin does not use a name twice.

    Raises:
        PluginError: It does.
    """
    seen: dict[str, list[ComponentSpec]] = {}
    for spec in specs:
        namesakes = seen.setdefault(spec.name, [])
        if any(clash(spec, earlier) for earlier in namesakes):
            raise PluginError(f"it registers the {describe(kind, spec)} twice.")
        namesakes.append(spec)


def check_reserved(
    contributions: Mapping[str, Iterable[ComponentSpec]], reserved: Iterable[Owned]
) -> None:
    """Check that a newcomer leaves the names of first-party distributions alone.

    Raises:
        PluginError: It claims one of them, other than by `overrides`.
    """
    own_core_envs = registered_core_envs(contributions)
    owners: dict[tuple[str, str], list[Owned]] = {}
    for owned in reserved:
        owners.setdefault((owned.kind, owned.spec.name), []).append(owned)
    for kind, spec in _pairs(contributions):
        for owned in owners.get((kind, spec.name), ()):
            if clash(spec, owned.spec) and not overrides(spec, owned.spec, own_core_envs):
                raise PluginError(
                    f"the {describe(kind, spec)} is reserved, because {owned.distribution} "
                    f"registers it; give yours another name."
                )


def describe(kind: str, spec: ComponentSpec) -> str:
    """`latent 'set_of_2' of number_guessing`."""
    scope = " and ".join(_scope(spec))
    return f"{singular(kind)} {spec.name!r}" + (f" of {scope}" if scope else "")


def singular(kind: str) -> str:
    """`core env` for `core_envs`."""
    return kind.removesuffix("s").replace("_", " ")


def dashed(kind: str) -> str:
    """`core-envs` for `core_envs`, as the command line has it."""
    return kind.replace("_", "-")


def _scope(spec: ComponentSpec) -> tuple[str, ...]:
    """Core envs within which the name must be unique; empty: everywhere."""
    if isinstance(spec, AgentSpec) and not spec.name.startswith(SCRIPTED):
        return ()
    return core_envs_of(spec)


def _pairs(
    contributions: Mapping[str, Iterable[ComponentSpec]],
) -> Iterator[tuple[str, ComponentSpec]]:
    return ((kind, spec) for kind, specs in contributions.items() for spec in specs)
