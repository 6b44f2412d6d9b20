"""`latentgym list`: what can be played, by whom, and how it is told."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

import click

from latentgym_core.cli.current_registry import current_registry
from latentgym_core.cli.entries import contents, entry_data
from latentgym_core.cli.env_id_type import EnvIdType
from latentgym_core.cli.options import JSON
from latentgym_core.cli.shown.console import print_table, write_json
from latentgym_core.errors import SpecError
from latentgym_core.registry.env_id import PartialEnvId
from latentgym_core.registry.names import dashed, names_of, singular
from latentgym_core.registry.registry import Entry, Registry
from latentgym_core.registry.specs import STRUCTURES, TIERS, SuiteSpec
from latentgym_core.runs.suite import suite_data
from latentgym_core.wording import did_you_mean

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "core_envs": ("name", "default_latent", "default_num_tasks", "summary", "from"),
        "latents": ("name", "core_envs", "tier", "structure", "preset", "summary", "from"),
        "prompts": ("name", "core_envs", "summary", "from"),
        "feedbacks": ("name", "core_envs", "summary", "from"),
        "agents": ("name", "core_envs", "privileged", "summary", "from"),
        "suites": ("name", "version", "environments", "sequences", "summary", "from"),
    }
)
OVERVIEW = ("kind", "name", "core_envs", "summary", "from")


class KindType(click.Choice):  # type: ignore[type-arg] # generic in newer click only
    """One of the kinds; a core env in its place is told where it belongs."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The kind.

        Raises:
            UsageError: There is none of that name.
        """
        del param
        if value in self.choices:
            return value
        known = {entry.spec.name for entry in current_registry(ctx).core_envs()}
        if known.issuperset(names := names_of(str(value).partition("/")[0])):
            asked = "+".join(names)
            hint = f", but a core env of that name: `latentgym list --env {asked}` lists what fits."
        else:
            hint = did_you_mean(str(value), self.choices, f"; there is {', '.join(self.choices)}.")
        raise click.UsageError(f"There is no kind {value!r}{hint}", ctx)


@click.command("list")
@click.argument("kind", required=False, type=KindType([dashed(kind) for kind in COLUMNS]))
@click.option(
    "--env",
    "core_env",
    metavar="NAME",
    shell_complete=EnvIdType().shell_complete,
    help="Only what serves this core env (several: a+b).",
)
@click.option("--tier", type=click.Choice(TIERS), help="Only latents of this tier.")
@click.option("--structure", type=click.Choice(STRUCTURES), help="Only latents of this structure.")
@JSON
def command(
    kind: str | None, core_env: str | None, tier: str | None, structure: str | None, as_json: bool
) -> None:
    """List core envs, latents, prompts, feedbacks, agents and suites.

    Without KIND: all of them. --tier and --structure alone list latents.
    """
    if tier or structure:
        if kind not in (None, "latents"):
            raise click.UsageError(f"--tier and --structure select latents, not {kind}.")
        kind = "latents"
    kind = kind and kind.replace("-", "_")
    registry = current_registry()
    names = names_of(core_env) if core_env else ()
    listed = listing(registry, names, tier=tier, structure=structure)
    if as_json:
        data = {each: [entry_data(entry) for entry in entries] for each, entries in listed.items()}
        write_json(data[kind] if kind else data)
    else:
        shown = [kind] if kind else list(listed)
        columns = [
            each for each in COLUMNS.get(kind or "", OVERVIEW) if each != "core_envs" or not names
        ]
        print_table(
            columns, [entry_row(columns, each, entry) for each in shown for entry in listed[each]]
        )


def listing(
    registry: Registry,
    core_envs: tuple[str, ...] = (),
    *,
    tier: str | None = None,
    structure: str | None = None,
) -> dict[str, tuple[Entry[Any], ...]]:
    """Kind to entries, restricted to some core envs.

    Raises:
        UnknownNameError: There is no core env of that name.
        NameConflictError: Two plugins claim that name.
    """
    chosen = tuple(registry.core_env(name) for name in core_envs)
    return {
        "core_envs": chosen or registry.core_envs(),
        "latents": registry.latents(core_envs, tier=tier, structure=structure),
        "prompts": registry.prompts(core_envs),
        "feedbacks": registry.feedbacks(core_envs),
        "agents": registry.agents(core_envs),
        "suites": tuple(each for each in registry.suites() if plays(each.spec, core_envs)),
    }


def entry_row(columns: Iterable[str], kind: str, entry: Entry[Any]) -> list[Any]:
    """The cells of a listing."""
    bound = getattr(entry.spec, "core_envs", None)
    words = {
        **contents(entry.spec),
        "kind": singular(kind),
        "core_envs": "" if bound is None else bound or "all",
        "from": entry.origin.distribution,
        "summary": _summary(entry),
    }
    return [words[each] if each in words else getattr(entry.spec, each) for each in columns]


def plays(suite: SuiteSpec, core_envs: tuple[str, ...]) -> bool:
    """Whether a suite has an environment of any of the core envs; every one does of none."""
    if not core_envs:
        return True
    with suppress(SpecError):
        played = {
            PartialEnvId.parse(each["id"]).core_envs for each in suite_data(suite)["environments"]
        }
        return any(set(names) & set(core_envs) for names in played)
    return False


def _summary(entry: Entry[Any]) -> str:
    notes = []
    if entry.conflict:
        notes.append(f"(conflict with {', '.join(each.name for each in entry.rivals)})")
    if getattr(entry.spec, "refusal", ""):
        notes.append("(cannot be built)")
    return " ".join([entry.spec.summary, *notes]).strip()
