"""A suite as a command-line option: a registered name or a TOML file."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from latentgym_core.cli.current_registry import current_registry


class SuiteType(click.ParamType):  # type: ignore[type-arg] # generic in newer click only
    """Converts text to the plain data of a suite."""

    name = "suite"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        """Read it.

        Raises:
            LatentGymError: See `named_suites.find_suite`.
        """
        from latentgym_core.runs.named_suites import find_suite

        del param
        return find_suite(value, current_registry(ctx))

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Registered names, then files."""
        del param
        named = [
            CompletionItem(entry.spec.name, help=entry.spec.summary)
            for entry in current_registry(ctx).suites()
            if entry.spec.name.startswith(incomplete)
        ]
        return [*named, CompletionItem(incomplete, type="file")]
