"""What latentgym-train registers: its command, and the trained agents it ships."""

from collections.abc import Iterable

from latentgym_core.hookspecs import hookimpl
from latentgym_core.specs import CommandSpec


@hookimpl
def latentgym_register_commands() -> Iterable[CommandSpec]:
    """`latentgym train`."""
    return (
        CommandSpec(
            name="train",
            factory="latentgym_train.command:command",
            summary="Train a policy on sequences of related tasks.",
        ),
    )
