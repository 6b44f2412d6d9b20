"""`latentgym show`: a core env, or an environment as an agent would see it."""

from typing import Any

import click

from latentgym_core.cli.console import print_table, say, write_json
from latentgym_core.cli.docstrings import attribute_docs
from latentgym_core.cli.list_command import row_of
from latentgym_core.env_id import EnvId
from latentgym_core.registry import Registry, load_registry

SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Rules (set with ?env.NAME=VALUE)", "parameters", ("name", "type", "default", "meaning")),
    ("Latents", "latents", ("name", "tier", "structure", "summary")),
    ("Scripted players", "agents", ("name", "summary")),
)


@click.command("show")
@click.argument("name")
@click.option("--seed", default=0, show_default=True, help="Which sequence to show.")
@click.option("--split", default="test", show_default=True, help="Stream of the sequence.")
@click.option("--reveal", is_flag=True, help="Show the ground truth: z and the tasks.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def command(name: str, seed: int, split: str, reveal: bool, as_json: bool) -> None:
    """Show a core env (NAME) or an environment (ID) as an agent would see it."""
    registry = load_registry()
    if "/" not in name and "?" not in name and "+" not in name:
        data = describe_core_env(registry, name)
        write_json(data) if as_json else _print_core_env(data)
        return
    shown = describe_environment(registry, registry.complete(name), seed, split, reveal=reveal)
    write_json(shown) if as_json else _print_environment(shown)


def describe_core_env(registry: Registry, name: str) -> dict[str, Any]:
    """Everything registered about a core env, and the parameters of its rules."""
    entry = registry.core_env(name)
    return {
        **row_of(entry),
        "parameters": parameters_of(entry.spec.load(), entry.spec.params),
        "latents": [row_of(each) for each in registry.entries("latents", name)],
        "agents": [
            row_of(each)
            for each in registry.entries("agents", name)
            if each.spec.name.startswith("scripted/")
        ],
    }


def parameters_of(factory: Any, fixed: Any) -> list[dict[str, Any]]:
    """Name, type, default and meaning of each field of an attrs class."""
    import attrs

    from latentgym_core.serial import to_data

    if not attrs.has(factory):
        return []
    meanings = attribute_docs(factory)
    return [
        {
            "name": each.name,
            "type": getattr(each.type, "__name__", str(each.type)),
            "default": to_data(fixed.get(each.name, _default(each))),
            "meaning": meanings.get(each.name, ""),
        }
        for each in attrs.fields(factory)
        if each.init
    ]


def describe_environment(
    registry: Registry, env_id: EnvId, seed: int, split: str, *, reveal: bool
) -> dict[str, Any]:
    """The opening messages of one sequence; z and the tasks only if `reveal`."""
    from latentgym_core.environment import build_environment, hyperparameters
    from latentgym_core.sequence_env import SequenceEnv

    environment = build_environment(env_id, registry)
    env = SequenceEnv(environment)
    opening = env.reset(seed, split)
    latent = registry.latent(env_id.core_envs, env_id.latent).spec
    shown: dict[str, Any] = {
        "id": str(env_id),
        "seed": seed,
        "split": split,
        "tier": latent.tier,
        "structure": latent.structure,
        "latent": {
            "family": environment.latent.family,
            **hyperparameters(environment.latent),
        },
        "versions": dict(environment.versions),
        "messages": list(opening),
    }
    if reveal:
        record = env.trajectory
        shown |= {"z": record.z, "z_text": record.z_text, "tasks": list(record.tasks)}
    return shown


def _default(attribute: Any) -> Any:
    import attrs

    if attribute.default is attrs.NOTHING:
        return None
    if isinstance(attribute.default, attrs.Factory):  # type: ignore[arg-type]
        return attribute.default.factory()
    return attribute.default


def _print_core_env(data: dict[str, Any]) -> None:
    click.echo(f"{data['name']}  {data['summary']}")
    click.echo(f"version {data['version']}, {data['distribution']} {data['distribution_version']}")
    if data["source"]:
        click.echo(f"source: {data['source']}")
    for title, key, columns in SECTIONS:
        click.echo(f"\n{title}")
        print_table(columns, [[row[column] for column in columns] for row in data[key]])
    say(f"\n`latentgym show {data['name']}/LATENT` shows it as an agent sees it.")


def _print_environment(shown: dict[str, Any]) -> None:
    click.echo(f"{shown['id']}  ({shown['tier']}, {shown['structure']}; seed {shown['seed']})")
    for message in shown["messages"]:
        click.echo(f"\n[{message['role']}]\n{message['content']}")
    if "z" in shown:
        click.echo(f"\n[ground truth]\n{shown['z_text']}")
        for index, task in enumerate(shown["tasks"], start=1):
            click.echo(f"task {index}: {task}")
    else:
        say("\n--reveal shows the latent and the tasks.")
