"""`latentgym check`: a core env and its latents against the contract."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import click
from click.shell_completion import CompletionItem

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.options import JSON
from latentgym_core.cli.shown.console import print_table, say, write_json
from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import PartialEnvId
from latentgym_core.registry.parameters import format_parameters

if TYPE_CHECKING:
    from latentgym_core.testing import CheckResult

COLUMNS = ("status", "subject", "check", "what was found")


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    done = incomplete.count("/") > 1
    return [] if done else EnvIdType().shell_complete(ctx, param, incomplete)


@click.command("check")
@click.argument("name", shell_complete=_complete)
@click.option(
    "--seeds",
    default=50,
    show_default=True,
    type=click.IntRange(min=2),
    help="How many sequences of each latent are drawn.",
)
@JSON
@click.pass_context
def command(ctx: click.Context, name: str, seeds: int, as_json: bool) -> None:
    """Check a core env and the latents that serve it against the contract.

    NAME is a core env, or CORE_ENV/LATENT for one latent alone, with parameters where it needs
    them: CORE_ENV/cyclic?latent.of=A+B. Exit code 1: something failed.
    """
    from latentgym_core.testing import check_core_env

    core_env, latent = _target(name)
    results = check_core_env(core_env, current_registry(ctx), latent=latent, seeds=seeds)
    if as_json:
        write_json([attrs.asdict(result) for result in results])
    else:
        rows = [(each.status, each.subject, each.name, each.sentence) for each in results]
        print_table(COLUMNS, rows)
    say(_summary(results))
    ctx.exit(int(any(result.failed for result in results)))


def _target(name: str) -> tuple[str, str | None]:
    given = PartialEnvId.parse(name)
    if len(given.core_envs) > 1 or given.prompt or (given.parameters and not given.latent):
        raise SpecError(f"{name!r} is neither a core env nor CORE_ENV/LATENT; check one at a time.")
    tail = format_parameters(given.parameters)
    return given.core_envs[0], f"{given.latent}?{tail}" if tail else given.latent


def _summary(results: Sequence["CheckResult"]) -> str:
    counts = Counter(result.status for result in results)
    return f"{counts['ok']} ok, {counts['failed']} failed, {counts['skipped']} skipped"
