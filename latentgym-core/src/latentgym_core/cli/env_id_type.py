"""Environment ids as command-line arguments, with completion part by part."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from latentgym_core.env_id import EnvId
from latentgym_core.errors import LatentGymError
from latentgym_core.registry import load_registry

PARTS = ("core_envs", "latents", "prompts", "feedbacks")


class EnvIdType(click.ParamType[EnvId]):
    """Turns what a person types into a complete id, checked against the registry."""

    name = "env_id"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> EnvId:
        """Complete the id; a bad one is an error of usage."""
        if isinstance(value, EnvId):
            return value
        try:
            return load_registry().complete(value)
        except LatentGymError as error:
            self.fail(str(error), param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Names for the part that is being typed."""
        *given, last = incomplete.split("/")
        if len(given) >= len(PARTS):
            return []
        core_env = given[0].split("+")[0] if given else None
        entries = load_registry().entries(PARTS[len(given)], core_env)
        prefix = "".join(f"{part}/" for part in given)
        return [
            CompletionItem(prefix + entry.spec.name, help=entry.spec.summary)
            for entry in entries
            if entry.spec.name.startswith(last)
        ]
