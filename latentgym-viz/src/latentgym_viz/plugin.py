"""What latentgym-viz registers: the commands `view` and `report`."""

from collections.abc import Iterable

from latentgym_core.hookspecs import hookimpl
from latentgym_core.specs import CommandSpec


@hookimpl
def latentgym_register_commands() -> Iterable[CommandSpec]:
    """`latentgym view` and `latentgym report`."""
    return ()
