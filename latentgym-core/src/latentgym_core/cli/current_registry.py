"""Which registry a command works on."""

import click

from latentgym_core.registry.registry import Registry, load_registry


def current_registry(ctx: click.Context | None = None) -> Registry:
    """The registry the command line was started with, else that of the installed plugins.

    Args:
        ctx: The running command; defaults to click's current one.
    """
    ctx = ctx or click.get_current_context(silent=True)
    given = ctx.find_object(Registry) if ctx else None
    return given or load_registry()
