"""What the shell may complete behind an option: agents, scaffolds and other names."""

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.names import names_of
from latentgym_core.registry.registry import Entry
from latentgym_core.sequence.rewards import REWARD_TYPES

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def one_of(names: Iterable[str]) -> Complete:
    """Completes one of a few names."""
    known = tuple(names)

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in known if name.startswith(incomplete)]

    return complete


def agents(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Agents that can play the environments given so far, then what may follow their `?`."""
    from latentgym_core.agents.agent_string import EXAMPLES
    from latentgym_core.scaffolds.naming import KEY, SCAFFOLDS

    path, question, tail = incomplete.partition("?")
    if question:
        before, joint, _last = tail.rpartition("&")
        known = (f"{EXAMPLES}=", *(f"{KEY}={name}" for name in SCAFFOLDS))
        options = (f"{path}?{before}{joint}{option}" for option in known)
        return [CompletionItem(each) for each in options if each.startswith(incomplete)]
    return _named(current_registry(ctx).agents(_games(ctx)), incomplete)


def scaffolds(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Scaffolds that come with core."""
    from latentgym_core.scaffolds.naming import SCAFFOLDS

    return one_of(SCAFFOLDS)(ctx, param, incomplete)


def splits(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Streams of sequences."""
    from latentgym_core.sequence.seeding import SPLITS

    return one_of(SPLITS)(ctx, param, incomplete)


def reward_types(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Ways a sequence may pay."""
    return one_of(REWARD_TYPES)(ctx, param, incomplete)


def prompts(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Prompts of the environment given so far."""
    return _named(current_registry(ctx).prompts(_games(ctx)), incomplete)


def feedbacks(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Feedbacks of the environment given so far."""
    return _named(current_registry(ctx).feedbacks(_games(ctx)), incomplete)


def _named(entries: Iterable[Entry[Any]], incomplete: str) -> list[CompletionItem]:
    """Each name once, with the summary of its first entry."""
    summaries: dict[str, str] = {}
    for entry in entries:
        summaries.setdefault(entry.spec.name, entry.spec.summary)
    return [
        CompletionItem(name, help=summary)
        for name, summary in summaries.items()
        if name.startswith(incomplete)
    ]


def _games(ctx: click.Context) -> tuple[str, ...]:
    """Core envs of the ids on the command line; none where there is no id yet.

    While an option waits for its value, click leaves the words that are no options unparsed.
    """
    parsed = (ctx.params.get("env_id"), *(ctx.params.get("ids") or ()))
    ids = [*(each for each in parsed if isinstance(each, EnvId)), *ctx.args]
    named = dict.fromkeys(name for each in ids for name in names_of(str(each).partition("/")[0]))
    known = {entry.spec.name for entry in current_registry(ctx).core_envs()}
    return tuple(name for name in named if name in known)
