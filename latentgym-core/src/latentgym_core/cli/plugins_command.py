"""`latentgym plugins`: what was found, and what became of it."""

from typing import Any

import click

from latentgym_core.cli.console import print_table, write_json
from latentgym_core.plugins import Plugin
from latentgym_core.registry import load_registry


@click.command("plugins")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(as_json: bool) -> None:
    """List the installed plugins and what became of them."""
    rows = [_row(plugin) for plugin in load_registry().plugins]
    if as_json:
        write_json(rows)
        return
    columns = ("plugin", "version", "status", "contributes", "milliseconds", "error")
    print_table(columns, [[_cell(row[key]) for key in columns] for row in rows])


def _row(plugin: Plugin) -> dict[str, Any]:
    return {
        "plugin": plugin.origin.name,
        "distribution": plugin.origin.distribution,
        "version": plugin.origin.version,
        "status": plugin.status,
        "contributes": {kind: len(found) for kind, found in plugin.records.items()},
        "milliseconds": round(plugin.seconds * 1e3, 1),
        "error": plugin.error,
    }


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{count} {kind.replace('_', '-')}" for kind, count in value.items())
    return value
