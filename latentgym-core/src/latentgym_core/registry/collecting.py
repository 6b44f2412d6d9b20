"""Call the hooks of one plugin and check what they return."""

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter
from types import MappingProxyType
from typing import Any

import pluggy

from latentgym_core.errors import PluginError
from latentgym_core.registry.names import check_distinct
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
from latentgym_core.wording import did_you_mean

HOOK_PREFIX = "latentgym_register_"
KINDS: Mapping[str, type[ComponentSpec]] = MappingProxyType(
    {
        "core_envs": CoreEnvSpec,
        "latents": LatentSpec,
        "prompts": PromptSpec,
        "feedbacks": FeedbackSpec,
        "agents": AgentSpec,
        "commands": CommandSpec,
        "suites": SuiteSpec,
    }
)
"""Kind of component to its record; the hook of a kind is `latentgym_register_<kind>`."""

Contributions = Mapping[str, tuple[ComponentSpec, ...]]


def collect(
    manager: pluggy.PluginManager, plugin: object, trace: Callable[[str], None]
) -> dict[str, tuple[ComponentSpec, ...]]:
    """Call every hook that a registered plugin implements.

    Args:
        manager: Where it is registered.
        plugin: The module or object.
        trace: Told how long each hook took.

    Returns:
        Kind to records, one key for each hook implemented.

    Raises:
        PluginError: No hook, an unknown hook, a record of the wrong type, or a name used twice.
    """
    callers = manager.get_hookcallers(plugin) or []
    unmarked = _unmarked_hooks(manager, plugin)
    if unmarked:
        raise PluginError(f"{unmarked[0]} is not marked; write @hookimpl above it.")
    if not callers:
        raise PluginError("it implements no hook; mark its hooks with @hookimpl.")
    for caller in callers:
        if not caller.has_spec():
            raise PluginError(_unknown_hook(caller.name))
    contributions = {}
    for caller in callers:
        started = perf_counter()
        specs = tuple(
            spec
            for implementation in caller.get_hookimpls()
            if implementation.plugin is plugin
            for spec in _checked(caller.name, implementation.function())
        )
        kind = caller.name.removeprefix(HOOK_PREFIX)
        check_distinct(kind, specs)
        contributions[kind] = specs
        elapsed = 1000 * (perf_counter() - started)
        trace(f"{caller.name} gave {len(specs)} records in {elapsed:.1f} ms")
    return {kind: contributions[kind] for kind in KINDS if kind in contributions}


def _unmarked_hooks(manager: pluggy.PluginManager, plugin: object) -> list[str]:
    """Functions named like a hook that pluggy would pass over in silence."""
    return [
        name
        for name in dir(plugin)
        if name.startswith(HOOK_PREFIX) and manager.parse_hookimpl_opts(plugin, name) is None
    ]


def _unknown_hook(name: str) -> str:
    known = [f"{HOOK_PREFIX}{kind}" for kind in KINDS]
    hint = did_you_mean(name, known, f"; hooks are {', '.join(known)}.")
    return f"{name} is not a hook of this version{hint}"


def _checked(hook: str, result: Any) -> Iterable[ComponentSpec]:
    expected = KINDS[hook.removeprefix(HOOK_PREFIX)]
    if not isinstance(result, Iterable):
        raise PluginError(
            f"{hook} returned {type(result).__name__}; return an iterable of {expected.__name__}."
        )
    for record in result:
        if not isinstance(record, expected):
            raise PluginError(
                f"{hook} gave a {type(record).__name__}; its records are {expected.__name__}."
            )
        yield record
