"""Sequences that come from a record instead of a seed: trajectories, data sets, recordings."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from latentgym_core.contract.latent import Latent
from latentgym_core.errors import SpecError, UnknownNameError
from latentgym_core.families.combinators import FixedList
from latentgym_core.records.serial import from_data
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment, build_environment, build_latent

STAND_IN = "fixed_list"


def environment_for(
    env_id: EnvId, tasks: Sequence[Mapping[str, Any]], registry: Registry
) -> Environment:
    """The environment of an id, also where its latent cannot be built here.

    A recorded sequence can be played without its latent, because its tasks are known; a fixed list
    of them stands in. The environment keeps its id.

    Args:
        env_id: A full id.
        tasks: The recorded tasks as JSON data.
        registry: The installed plugins.

    Raises:
        UnknownNameError: A core env, prompt or feedback is not installed.
        SpecError: A parameter does not fit.
    """
    try:
        build_latent(registry, env_id.core_envs, env_id.latent, env_id.parameters_of("latent"))
    except (UnknownNameError, SpecError):
        return _without_latent(env_id, tasks, registry)
    return build_environment(env_id, registry)


def _without_latent(
    env_id: EnvId, tasks: Sequence[Mapping[str, Any]], registry: Registry
) -> Environment:
    parameters = {
        key: value for key, value in env_id.parameters.items() if not key.startswith("latent.")
    }
    parameters["latent.tasks"] = "[{}]"
    stand_in = evolve(env_id, latent=STAND_IN, parameters=parameters)
    latent = FixedList(tasks=tuple(dict(task) for task in tasks))
    return evolve(build_environment(stand_in, registry), id=env_id, latent=latent)


def restore_sequence(environment: Environment, stored: Trajectory) -> TaskSequence:
    """Build a drawn sequence from a record.

    Args:
        environment: What it belongs to.
        stored: A played or an unplayed record.

    Raises:
        SpecError: The data do not fit the environment's types.
    """
    return TaskSequence(
        split=stored.split,
        seed=stored.seed,
        z=_restore_z(environment.latent, stored.z),
        core_env_names=stored.core_envs,
        tasks=tuple(
            from_data(environment.core_envs[name].task_type, task, strict=True)
            for name, task in zip(stored.core_envs, stored.tasks, strict=True)
        ),
        task_keys=stored.task_keys,
    )


def _restore_z(latent: Latent[Any], z: Any) -> Any:
    if z is None or not latent.law_is_known:  # unknown, or nothing stands in for z
        return None
    return latent.z_from_data(z)
