"""`latentgym plugins`: what is installed, and what became of it."""

from typing import Any

import attrs
import click

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.options import JSON
from latentgym_core.cli.shown.console import print_table, say, write_json
from latentgym_core.outdated.built_for import CORE, advice, built_for
from latentgym_core.registry.loading import Plugin, installed_versions
from latentgym_core.registry.names import singular
from latentgym_core.wording import counted

COLUMNS = (
    "distribution",
    "version",
    "entry_point",
    "status",
    "hooks",
    "contributed",
    "ms",
    "error",
    "note",
)


@click.command("plugins")
@JSON
def command(as_json: bool) -> None:
    """List the installed plugins and what became of them.

    LATENTGYM_DISABLE_PLUGINS=NAME,… leaves some out, LATENTGYM_STRICT_PLUGINS=1 makes a broken one
    an error, LATENTGYM_TRACE_PLUGINS=1 tells every step on stderr.
    """
    plugins = current_registry().plugins
    core = installed_versions().get(CORE)
    misfits = [core and built_for(plugin.origin.distribution, core) for plugin in plugins]
    pairs = list(zip(plugins, misfits, strict=True))
    if as_json:
        write_json([plugin_data(*pair) for pair in pairs])
    else:
        print_table(COLUMNS, [_row(*pair) for pair in pairs])
    for plugin, wanted in pairs:
        if core and wanted:
            origin = plugin.origin
            name = f"{origin.name} {origin.version}"
            say(advice(name, origin.distribution, wanted, core))


def plugin_data(plugin: Plugin, built_for: str | None = None) -> dict[str, Any]:
    """A plugin as JSON-able data.

    Args:
        plugin: What became of it.
        built_for: The requirement on core that is not met.

    Returns:
        `contributed` maps each hook's kind to names.
    """
    return {
        **attrs.asdict(plugin.origin),
        "status": plugin.status,
        "contributed": {
            kind: [spec.name for spec in specs] for kind, specs in plugin.contributions.items()
        },
        "ms": round(1000 * plugin.seconds, 1),
        "error": plugin.message or None,
        "built_for": built_for,
    }


def _row(plugin: Plugin, built_for: str | None) -> tuple[Any, ...]:
    contributed = [
        counted(len(specs), singular(kind)) for kind, specs in plugin.contributions.items()
    ]
    origin = plugin.origin
    return (
        origin.distribution,
        origin.version,
        origin.entry_point,
        plugin.status,
        len(plugin.contributions),
        contributed,
        round(1000 * plugin.seconds),
        plugin.message,
        f"built for {built_for}" if built_for else "",
    )
