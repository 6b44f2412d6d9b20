"""Find what is known of an environment's worth: itself, the nearest known, and one to use instead.

Two ids are one environment for scripted players if they differ in the prompt alone, in parameters
written out at their default, or in the name of a preset with the same hyperparameters.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import attrs
from attrs import frozen

from latentgym_core.errors import LatentGymError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import FactorySpec
from latentgym_core.worth.records import Worth
from latentgym_core.worth.table import worths_of

UNSEEN = ("prompt.", "sequence.packing")
"""Parameters that no scripted player sees and no reward depends on."""


@frozen(kw_only=True)
class Known:
    """What the tables know of an environment.

    Attributes:
        exact: The row of this very environment.
        nearest: The row of the same game and latent that has most in common with it, if there is
            no exact one.
        instead: An environment of the game whose z is worth enough, the same latent if possible.
    """

    exact: Worth | None = None
    nearest: Worth | None = None
    instead: Worth | None = None


def known_worth(env_id: EnvId, registry: Registry) -> Known:
    """Look an environment up in the table of its game; a mixed sequence is in none.

    Raises:
        LatentGymError: A name is not registered, or the table cannot be read.
    """
    if len(env_id.core_envs) > 1:
        return Known()
    rows = {EnvId.parse(each.env_id): each for each in worths_of(registry, env_id.core_envs[0])}
    if not rows:
        return Known()
    wanted = played(env_id, registry)
    exact = next((row for each, row in rows.items() if _same(each, wanted, registry)), None)
    return Known(
        exact=exact,
        nearest=None if exact else _nearest(env_id, rows),
        instead=_instead(env_id, rows),
    )


def played(env_id: EnvId, registry: Registry) -> Mapping[str, Hashable]:
    """All that decides what scripted players see and earn in an environment of one game."""
    (game,) = env_id.core_envs
    latent = registry.latent(env_id.core_envs, env_id.latent).spec
    rules = registry.core_env(game).spec
    return {
        "latent": str(latent.factory),
        "hyperparameters": _chosen(latent, latent.params, env_id.parameters_of("latent")),
        "rules": _chosen(rules, rules.params, env_id.parameters_of("env", game)),
        "feedback": env_id.feedback,
        "horizon": env_id.num_tasks,
        "rest": frozenset(
            (key, value)
            for key, value in env_id.parameters.items()
            if key.startswith(("feedback.", "sequence.")) and not key.startswith(UNSEEN)
        ),
    }


def _same(row: EnvId, wanted: Mapping[str, Hashable], registry: Registry) -> bool:
    if (row.feedback, row.num_tasks) != (wanted["feedback"], wanted["horizon"]):
        return False  # told without loading anything
    try:
        latent = registry.latent(row.core_envs, row.latent).spec
        return str(latent.factory) == wanted["latent"] and played(row, registry) == wanted
    except LatentGymError:  # a row that names what is no longer registered is nobody's
        return False


def _chosen(spec: FactorySpec, fixed: Mapping[str, Any], given: Mapping[str, Any]) -> Hashable:
    """Parameters that differ from the defaults of the class."""
    factory = spec.load()
    defaults: dict[str, Any] = {}
    if isinstance(factory, type) and attrs.has(factory):
        defaults = {each.name: each.default for each in attrs.fields(factory)}
    chosen = {**fixed, **given}
    return frozenset(
        (key, repr(value))
        for key, value in chosen.items()
        if key not in defaults or defaults[key] != value
    )


def _nearest(env_id: EnvId, rows: Mapping[EnvId, Worth]) -> Worth | None:
    """The row of the same latent that shares most parts and parameters; the first of several."""
    same = [each for each in rows if each.latent == env_id.latent]
    return rows[max(same, key=lambda each: _shared(env_id, each))] if same else None


def _instead(env_id: EnvId, rows: Mapping[EnvId, Worth]) -> Worth | None:
    """The row that can show adaptation and shares most; where several do, the one worth most."""
    able = [each for each, row in rows.items() if row.can_show_adaptation]
    if not able:
        return None
    best = max(able, key=lambda each: (*_shared(env_id, each), rows[each].per_task))
    return rows[best]


def _shared(one: EnvId, other: EnvId) -> tuple[int, ...]:
    """What two environments of a game have in common, the weightiest first."""
    mine, theirs = one.parameters.items(), other.parameters.items()
    return (
        int(one.latent == other.latent),
        -len(mine ^ theirs),
        int(one.feedback == other.feedback),
        -abs(one.num_tasks - other.num_tasks),
    )
