"""What latentgym-viz registers: the commands `view`, `report` and `review`."""

from collections.abc import Iterable

from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import CommandSpec


@hookimpl
def latentgym_register_commands() -> Iterable[CommandSpec]:
    """`latentgym view`, `latentgym report` and `latentgym review`."""
    return (
        CommandSpec(
            name="view",
            factory="latentgym_viz.cli.view_command:command",
            summary="Look at runs in a browser.",
        ),
        CommandSpec(
            name="report",
            factory="latentgym_viz.cli.report_command:command",
            summary="Write figures, tables and one page about runs.",
        ),
        CommandSpec(
            name="review",
            factory="latentgym_viz.cli.review_command:command",
            summary="Label tasks of runs and measure how far people agree.",
        ),
    )
