"""The `latentgym` command.

Its subcommands are the registry's, so they come from any plugin; each is imported when it is run,
and the help of the root imports none.
"""

import os
from collections.abc import Sequence
from typing import Any

import click

from latentgym_core.cli.absent_command import absence
from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.shown.console import say
from latentgym_core.errors import LatentGymError, SpecError, UnknownNameError
from latentgym_core.registry.blame import reason
from latentgym_core.registry.loading import PluginSettings
from latentgym_core.registry.registry import Registry, load_registry

INTERRUPTED = 130


class ReportedError(click.ClickException):
    """An error that the reader is told in one line."""

    def show(self, file: Any = None) -> None:
        """Write it to stderr."""
        del file
        say(f"error: {self.message}")


class LazyCommand(click.Command):
    """Stands in for a registered subcommand until it is run.

    Args:
        name: Its registered name.
        summary: What the root help says of it.
        registry: Where it is registered.
    """

    def __init__(self, name: str, summary: str, registry: Registry) -> None:
        super().__init__(name, help=summary, short_help=summary)
        self.registry = registry

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Import the real command and hand over to it."""
        spec = self.registry.command(self.name or "").spec
        command = spec.load()
        if not isinstance(command, click.Command):
            raise SpecError(f"CommandSpec {spec.name!r}: {spec.factory} is no click command.")
        return command.make_context(info_name, args, parent, **extra)


class PluginGroup(click.Group):
    """A group whose subcommands are those of the registry."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of registration, each once."""
        return list(dict.fromkeys(each.spec.name for each in current_registry(ctx).commands()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A stand-in for the subcommand, or None if there is none of that name."""
        registry = current_registry(ctx)
        named = [each for each in registry.commands() if each.spec.name == cmd_name]
        if not named:
            return None
        summary = "(conflict)" if named[0].conflict else named[0].spec.summary
        return LazyCommand(cmd_name, summary, registry)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The subcommand to run; an unknown one is a usage error that names the nearest.

        Raises:
            LatentGymError: The distribution that brings it is not there; says what to install.
        """
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if absent := absence(args[0], current_registry(ctx).plugins):
                raise absent from error
            known = self.list_commands(ctx)
            instead = _as_core_env(current_registry(ctx), args[0])
            listing = f"{ctx.command_path} --help"
            unknown = UnknownNameError("command", args[0], known, listing, instead)
            raise click.UsageError(str(unknown), ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand; what goes wrong on purpose becomes one line and an exit code."""
        try:
            return super().invoke(ctx)
        except LatentGymError as error:
            if ctx.params["debug"]:
                raise
            raise ReportedError(str(error)) from error
        except OSError as error:  # of files alone: a closed pipe has no name
            if ctx.params["debug"] or error.filename is None:
                raise
            said = error.strerror or error
            raise ReportedError(f"{error.filename} cannot be read or written ({said}).") from error
        except (KeyboardInterrupt, click.Abort):
            say("interrupted")
            ctx.exit(INTERRUPTED)
        except (Exception, SystemExit) as error:
            from latentgym_core.runs.component_faults import raised_in

            place = raised_in(error)
            if place is None or ctx.params["debug"]:
                raise  # also what click ends a command with
            raise ReportedError(
                f"{place} failed: {reason(error)}; LATENTGYM_DEBUG=1 shows the traceback."
            ) from error


def _as_core_env(registry: Registry, word: str) -> str:
    """What to do with an id that stands where a command belongs."""
    first = word.partition("/")[0].partition("+")[0]
    if first in [entry.spec.name for entry in registry.core_envs()]:
        return f"it names a core env, as in `latentgym show {word}`"
    return ""


def _print_versions(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from latentgym_core.registry.loading import installed_versions

        for name, version in installed_versions().items():
            click.echo(f"{name} {version}")
        ctx.exit()


@click.group(
    cls=PluginGroup,
    context_settings={"auto_envvar_prefix": "LATENTGYM", "help_option_names": ["-h", "--help"]},
)
@click.option("--debug", is_flag=True, help="Show tracebacks (also LATENTGYM_DEBUG=1).")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_versions,
    help="Print the installed latentgym-* distributions.",
)
def cli(debug: bool) -> None:
    """Measure and train cross-task experiential learning."""
    del debug  # read by PluginGroup.invoke


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `latentgym` and end the process.

    Args:
        arguments: Defaults to those of the process.
    """
    try:
        registry = load_registry()
    except LatentGymError as error:
        say(f"error: {error}")
        raise SystemExit(1) from None
    if "_LATENTGYM_COMPLETE" not in os.environ:
        for plugin in registry.failures:
            say(f"plugin {plugin.origin.name} skipped: {plugin.message}")
        settings = PluginSettings.from_environment(os.environ)
        for sentence in settings.unknown(plugin.origin for plugin in registry.plugins):
            say(sentence)
    cli.main(arguments, prog_name="latentgym", obj=registry)
