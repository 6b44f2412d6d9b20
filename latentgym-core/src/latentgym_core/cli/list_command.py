"""`latentgym list`: what is installed."""

from typing import Any

import click

from latentgym_core.cli.console import print_table, write_json
from latentgym_core.registry import Entry, Registry, load_registry
from latentgym_core.specs import STRUCTURES, TIERS

KINDS = ("core-envs", "latents", "prompts", "feedbacks", "agents")
COLUMNS = {
    "core-envs": ("name", "default_latent", "default_num_tasks", "summary", "distribution"),
    "latents": ("name", "core_envs", "tier", "structure", "summary", "distribution"),
    "prompts": ("name", "core_envs", "summary", "distribution"),
    "feedbacks": ("name", "core_envs", "summary", "distribution"),
    "agents": ("name", "core_envs", "summary", "distribution"),
}


@click.command("list")
@click.argument("kind", required=False, type=click.Choice(KINDS))
@click.option("--env", "core_env", help="Only what serves this core env.")
@click.option("--tier", type=click.Choice(TIERS), help="Only latents of this tier.")
@click.option("--structure", type=click.Choice(STRUCTURES), help="Only latents so structured.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(
    kind: str | None, core_env: str | None, tier: str | None, structure: str | None, as_json: bool
) -> None:
    """List core envs, latents, prompts, feedbacks and agents."""
    registry = load_registry()
    if core_env:
        registry.core_env(core_env)
    kinds = (kind,) if kind else KINDS
    found = {each: _rows(registry, each, core_env, tier, structure) for each in kinds}
    if as_json:
        write_json(found[kind] if kind else found)
        return
    for each in kinds:
        if not kind:
            click.echo(f"{each} ({len(found[each])})")
        columns = COLUMNS[each] if kind else ("name", "summary")
        print_table(columns, [[_cell(row[key]) for key in columns] for row in found[each]])
        if not kind:
            click.echo()


def _rows(
    registry: Registry, kind: str, core_env: str | None, tier: str | None, structure: str | None
) -> list[dict[str, Any]]:
    rows = [row_of(entry) for entry in registry.entries(kind.replace("-", "_"), core_env)]
    if kind == "core-envs" and core_env:
        rows = [row for row in rows if row["name"] == core_env]
    wanted = {"tier": tier, "structure": structure} if kind == "latents" else {}
    return [row for row in rows if all(row[key] == value for key, value in wanted.items() if value)]


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry as stable JSON keys: the record's fields, then where it comes from."""
    import attrs

    row = {
        each.name: getattr(entry.spec, each.name)
        for each in attrs.fields(type(entry.spec))
        if each.name != "factory"
    }
    return {
        **row,
        "distribution": entry.origin.distribution,
        "distribution_version": entry.origin.version,
        "conflict": entry.conflict,
    }


def _cell(value: Any) -> Any:
    return ",".join(value) or "any" if isinstance(value, tuple) else value
