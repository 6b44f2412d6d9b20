"""Environment ids as a command-line argument, completed part by part."""

from collections.abc import Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Entry, Registry


class EnvIdType(click.ParamType):  # type: ignore[type-arg] # generic in newer click only
    """Converts text to a full `EnvId` whose names all exist."""

    name = "env_id"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> EnvId:
        """Fill the parts left out.

        Raises:
            LatentGymError: See `Registry.complete`.
        """
        del param
        return current_registry(ctx).complete(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """What the part being typed may become."""
        del param
        head, slash, part = incomplete.rpartition("/")
        begun, plus, part = part.rpartition("+") if not slash else ("", "", part)
        before = head + slash + begun + plus
        return [
            CompletionItem(before + value, help=summary)
            for value, summary in candidates(current_registry(ctx), head)
            if value.startswith(part) and value not in begun.split("+")
        ]


def candidates(registry: Registry, head: str) -> list[tuple[str, str]]:
    """Values and summaries for the part of an id that follows `head`."""
    done = head.split("/") if head else []
    names = tuple(done[0].split("+")) if done else ()
    if not done:
        return _listed(registry.core_envs())
    if len(done) == 1:
        return _listed(each for each in registry.latents(names) if not each.spec.refusal)
    if len(done) == 2:
        return _listed(registry.prompts(names))
    if len(done) == 3:
        return _listed(registry.feedbacks(names))
    horizons = [e.spec.default_num_tasks for e in registry.core_envs() if e.spec.name == names[0]]
    return [(f"ep{count}", "") for count in horizons] if len(done) == 4 else []


def _listed(entries: Iterable[Entry[Any]]) -> list[tuple[str, str]]:
    return [(entry.spec.name, entry.spec.summary) for entry in entries]
