"""Which hypotheses about the latent are kept open.

`family`: the parameters of the known family, what `full_info` leaves open. `declared`: the family
too, out of a declared set, what `no_info` leaves open; by default every family that has a usable
preset for the core env, each once.
"""

from contextlib import suppress
from typing import Any

from attrs import frozen

from latentgym_core.contract.latent import Latent
from latentgym_core.errors import EnvError, LatentGymError
from latentgym_core.inference.posterior.tracking import Tracker, track, track_any
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment, build_latent, hyperparameters

FAMILY, DECLARED = "family", "declared"


@frozen(kw_only=True)
class Space:
    """A hypothesis space.

    Attributes:
        name: `family` or `declared`.
        latents: The declared families; empty for `family`.
        general: Whether to take the general path even where a family has its own.
    """

    name: str = FAMILY
    latents: tuple[Latent[Any], ...] = ()
    general: bool = False


def declared_space(
    core_envs: tuple[str, ...], registry: Registry, names: tuple[str, ...] = ()
) -> Space:
    """Every family that a sequence of these games may follow.

    Args:
        core_envs: The games.
        registry: The installed plugins.
        names: Latents that make up the set; empty: all usable presets.

    Raises:
        UnknownNameError: A latent of that name is not registered.
    """
    found: dict[str, Latent[Any]] = {}
    for name in names or _presets(core_envs, registry):
        latent = build_latent(registry, core_envs, name, {}).opened()
        found.setdefault(_identity(latent), latent)
    return Space(name=DECLARED, latents=tuple(found.values()))


def begin(
    space: Space, environment: Environment, sequence: TaskSequence, z: Any
) -> tuple[Tracker, Any]:
    """Start to track the posterior.

    Args:
        space: What is kept open.
        environment: What was played.
        sequence: Its tasks.
        z: The true value; None if it is not known.

    Returns:
        The tracker before the first task, and the true value as it takes it.

    Raises:
        EnvError: Answers depend on chance, and a family brings no beliefs of its own.
    """
    games = environment.core_envs
    names = sequence.core_env_names
    visibles = tuple(
        games[name].visible(task) for name, task in zip(names, sequence.tasks, strict=True)
    )
    chance = any(game.uses_chance for game in games.values())

    def one(latent: Latent[Any], value: Any) -> Tracker:
        tracker = track(
            *(latent, games, visibles),
            z=value,
            seed=sequence.seed,
            general=space.general,
            lenient=space.name == FAMILY,
        )
        if chance and tracker.general:
            raise EnvError(
                f"answers of {'+'.join(games)} depend on chance, and {latent.family} brings no "
                f"beliefs of its own: define Latent.beliefs"
            )
        return tracker

    own = environment.latent
    if space.name == FAMILY:
        return one(own, z), z
    latents = {_identity(latent): latent for latent in space.latents}
    identity = _identity(own.opened())
    latents[identity] = own  # with its own fixed value, which its open family may not list
    trackers = [one(each, z if key == identity else None) for key, each in latents.items()]
    return track_any(trackers), None if z is None else (list(latents).index(identity), z)


def _presets(core_envs: tuple[str, ...], registry: Registry) -> list[str]:
    """Names of the usable presets that can be built; those for mixed sequences in these alone."""
    mixed = len(core_envs) > 1
    names = []
    for entry in registry.latents(core_envs):
        spec = entry.spec
        if spec.preset and spec.core_envs and not spec.refusal:
            with suppress(LatentGymError):
                latent = build_latent(registry, core_envs, spec.name, {})
                if mixed or not latent.spans_games:
                    names.append(spec.name)
    return names


def _identity(latent: Latent[Any]) -> str:
    parts = [_identity(part) for part in latent.components]
    return repr((latent.family, parts or hyperparameters(latent)))
