"""`latentgym show`: a core env, or an environment as an agent would see it."""

from collections.abc import Mapping
from typing import Any

import click

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.options import JSON
from latentgym_core.cli.shown.console import print_table, say, write_json
from latentgym_core.cli.shown.descriptions import describe_core_env, describe_environment
from latentgym_core.registry.env_id import PartialEnvId
from latentgym_core.registry.parameters import format_scalar

SECTIONS = (
    ("Rule parameters, set with ?env.NAME=VALUE", "params", ("name", "type", "default", "meaning")),
    ("Latents", "latents", ("name", "tier", "structure", "preset", "summary")),
    ("Scripted players", "players", ("name", "privileged", "summary")),
)


@click.command("show")
@click.argument("name", metavar="NAME|ID", shell_complete=EnvIdType().shell_complete)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N")
@click.option("--reveal", is_flag=True, help="Tell the ground truth: z and the tasks.")
@JSON
def command(name: str, seed: int, reveal: bool, as_json: bool) -> None:
    """Show a core env, or an environment as an agent would see it.

    NAME is a core env; an ID has more parts (number_guessing/set_of_3), of which those left out
    take their defaults.
    """
    registry = current_registry()
    if name == PartialEnvId.parse(name).core_envs[0]:
        shown = describe_core_env(registry, name)
        show = _print_core_env
    else:
        shown = describe_environment(registry, registry.complete(name), seed, reveal=reveal)
        show = _print_environment
    write_json(shown) if as_json else show(shown)


def _print_core_env(shown: Mapping[str, Any]) -> None:
    click.echo(f"{shown['name']}: {shown['summary']}")
    click.echo(
        f"version {shown['version']}, from {shown['distribution']} {shown['distribution_version']}"
    )
    if shown["source"]:
        click.echo(f"source: {shown['source']}")
    for title, key, columns in SECTIONS:
        click.echo()
        rows = [[_exact(row[column]) for column in columns] for row in shown[key]]
        print_table(columns, rows, title=title)
    say(f"\n`latentgym show {shown['name']}/LATENT` shows what an agent is told.")


def _exact(value: Any) -> Any:
    """A number as an id would have it, not rounded as results are."""
    return format_scalar(value) if isinstance(value, float) else value


def _print_environment(shown: Mapping[str, Any]) -> None:
    latent = shown["latent"]
    click.echo(shown["id"])
    click.echo(f"{latent['tier']}, {latent['structure']}: {latent['summary']}")
    for sentence in shown["worth"]["text"]:
        click.echo(sentence)
    for message in shown["messages"]:
        click.echo(f"\n[{message['role']}]\n{message['content']}")
    if shown["feedback_example"]:
        click.echo(
            f"\n[when a task ends, here one of another sequence]\n{shown['feedback_example']}"
        )
    truth = shown.get("truth")
    if truth is None:
        say("\n--reveal tells z and the tasks.")
        return
    click.echo(f"\n[ground truth, seed {shown['seed']}]\n{truth['z_text']}")
    for index, told in enumerate(truth["task_texts"], start=1):
        click.echo(f"task {index}: {told}")
