"""The `latentgym` command: a group whose subcommands come from the registry, imported when run."""

import os
import sys
from importlib.metadata import distributions
from typing import Any

import click

from latentgym_core.errors import LatentGymError
from latentgym_core.registry import Entry, Registry, load_registry

DEBUG_VARIABLE = "LATENTGYM_DEBUG"


class LazyCommand(click.Command):
    """A subcommand known by name and summary; the real one is imported when it is run."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.spec.name, short_help=entry.spec.summary)
        self.entry = entry

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Load the real command and let it take over, help and completion included."""
        command = self.entry.spec.load()
        context: click.Context = command.make_context(info_name, args, parent, **extra)
        return context


def _registry(ctx: click.Context) -> Registry:
    """The registry of this run; says once what could not be loaded."""
    root = ctx.find_root()
    if root.obj is None:
        root.obj = load_registry()
        for plugin in root.obj.plugins:
            if plugin.status == "failed":
                click.echo(f"plugin {plugin.origin.name} skipped: {plugin.error}", err=True)
    registry: Registry = root.obj
    return registry


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    ours = {d.name: d.version for d in distributions() if d.name.startswith("latentgym")}
    for name, version in sorted(ours.items()):
        click.echo(f"{name} {version}")
    ctx.exit()


class RegistryGroup(click.Group):
    """A group that looks its commands up in the registry."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The registered names, sorted."""
        return sorted({entry.spec.name for entry in _registry(ctx).entries("commands")})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None if there is none."""
        registry = _registry(ctx)
        if cmd_name not in self.list_commands(ctx):
            return None
        return LazyCommand(registry.command(cmd_name))


@click.group(cls=RegistryGroup, context_settings={"auto_envvar_prefix": "LATENTGYM"})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the versions of all installed LatentGym distributions.",
)
@click.option("--debug", is_flag=True, help="Print tracebacks.")
def cli(debug: bool) -> None:
    """Measure and train cross-task experiential learning."""
    if debug:
        os.environ[DEBUG_VARIABLE] = "1"


def main() -> None:
    """Run the command line: exit 0, 1 (an error), 2 (usage) or 130 (interrupted)."""
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LatentGymError as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        click.echo(f"error: {error}", err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has had enough; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
