"""Subcommands that belong to our distributions, whether those are there or not.

So nobody's plugin becomes `latentgym train` where latentgym-train happens to be absent, nor
`latentgym eval` where core's own plugin is switched off.
"""

from collections.abc import Mapping
from types import MappingProxyType

from latentgym_core.registry.names import Owned
from latentgym_core.registry.specs import CommandSpec

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "train": "latentgym-train",
        "view": "latentgym-viz",
        "report": "latentgym-viz",
        "review": "latentgym-viz",
    }
)
"""Name to the distribution, other than core, that brings it."""
COMMANDS_OF_CORE = (
    *("list", "show", "plugins", "play", "eval", "metrics", "compare", "handoff", "data"),
    *("replay", "check", "new"),
)


def reserved_commands(newcomer: str) -> tuple[Owned, ...]:
    """The commands that a distribution must leave alone.

    Args:
        newcomer: Its normalised name; its own are free to it.
    """
    owners = {**dict.fromkeys(COMMANDS_OF_CORE, "latentgym-core"), **COMMANDS}
    return tuple(
        Owned("commands", CommandSpec(name=name, factory=f"{owner}:command"), owner)
        for name, owner in owners.items()
        if owner != newcomer
    )
