"""What is known of an environment's worth, in sentences and as data."""

import math
from collections.abc import Iterator
from typing import Any

import attrs

from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.worth.lookup import Known
from latentgym_core.worth.records import Worth
from latentgym_core.worth.references import BAYES, BLIND, TOLD

ENOUGH = 100
"""Sequences that the measuring command plays."""


def worth_sentences(env_id: EnvId, known: Known, registry: Registry) -> Iterator[str]:
    """What `latentgym show` says: the measured row, or the nearest and how to measure it."""
    row = known.exact
    if row is not None:
        yield f"What z is worth here, in {_measured(row)}"
        if not row.can_show_adaptation:
            yield cannot_show(env_id, row, known.instead)
        return
    yield f"What z is worth here was not measured; `{measuring_command(env_id, registry)}` does it."
    if known.nearest is not None:
        yield f"The nearest that was measured is {known.nearest.env_id}: {_measured(known.nearest)}"


def worth_data(env_id: EnvId, known: Known, registry: Registry) -> dict[str, Any]:
    """The same as JSON-able data; a share of nothing is null."""
    row = known.exact
    return {
        "exact": _data(row),
        "nearest": _data(known.nearest),
        "can_show_adaptation": row.can_show_adaptation if row else None,
        "instead": known.instead.env_id if known.instead else None,
        "measure": measuring_command(env_id, registry),
        "text": list(worth_sentences(env_id, known, registry)),
    }


def cannot_show(env_id: EnvId, row: Worth, instead: Worth | None) -> str:
    """One line on an environment in which z is worth too little."""
    line = (
        f"{env_id} cannot show adaptation: told z, a player earns {row.per_task:+.3f} a task "
        f"({_share(row)}) against {BLIND}."
    )
    if instead is None:
        return line
    return f"{line} {instead.env_id} can: {instead.per_task:+.3f} ({_share(instead)})."


def measuring_command(env_id: EnvId, registry: Registry) -> str:
    """The command that lets the reference players of a game play an environment."""
    known = registry.agent_names(env_id.core_envs)
    agents = " ".join(f"--agent {name}" for name in (BLIND, BAYES, TOLD) if name in known)
    return f"latentgym eval '{env_id}' {agents} -n {ENOUGH}"


def _measured(row: Worth) -> str:
    players = [
        (BLIND, row.blind),
        *([(BAYES, row.bayes)] if row.bayes else []),
        (TOLD, row.told),
    ]
    means = ", ".join(f"{name} {spread.mean:.3f}" for name, spread in players)
    return (
        f"reward per task of {row.num_sequences} sequences: {means}; "
        f"told z adds {row.per_task:+.3f} ({_share(row)})."
    )


def _share(row: Worth) -> str:
    if math.isinf(row.share):
        return "blind earns nothing"
    return f"{row.share:+.0%}".replace("%", " %")


def _data(row: Worth | None) -> dict[str, Any] | None:
    if row is None:
        return None
    share = None if math.isinf(row.share) else row.share
    return {**attrs.asdict(row), "per_task": row.per_task, "share": share}
