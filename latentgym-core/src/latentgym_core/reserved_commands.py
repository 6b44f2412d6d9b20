"""Subcommands that belong to our distributions, whether those are installed or not.

So nobody's plugin becomes `latentgym train` where latentgym-train happens to be absent.
"""

from collections.abc import Mapping
from types import MappingProxyType

from latentgym_core.name_scopes import Owned
from latentgym_core.specs import CommandSpec

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "train": "latentgym-train",
        "view": "latentgym-viz",
        "report": "latentgym-viz",
        "review": "latentgym-viz",
    }
)
"""Name to the distribution that brings it; those of core are always registered."""


def reserved_commands(newcomer: str) -> tuple[Owned, ...]:
    """The commands that a distribution must leave alone.

    Args:
        newcomer: Its normalised name; its own are free to it.
    """
    return tuple(
        Owned("commands", CommandSpec(name=name, factory=f"{owner}:command"), owner)
        for name, owner in COMMANDS.items()
        if owner != newcomer
    )
