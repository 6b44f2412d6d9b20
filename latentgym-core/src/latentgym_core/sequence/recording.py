"""Turn a played sequence into its record."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from latentgym_core.contract.latent import Latent
from latentgym_core.records.serial import to_data
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment, hyperparameters


def record(environment: Environment, sequence: TaskSequence, **played: Any) -> Trajectory:
    """The trajectory of a sequence.

    Args:
        environment: What was played.
        sequence: The drawn sequence.
        **played: The fields of `Trajectory` that playing filled.
    """
    latent = environment.latent
    return Trajectory(
        env_id=str(environment.id),
        split=sequence.split,
        seed=sequence.seed,
        latent={"family": latent.family, "params": hyperparameters(latent)},
        z=to_data(sequence.z),
        z_text=_in_words(latent, sequence.z),
        core_envs=sequence.core_env_names,
        tasks=tuple(to_data(task) for task in sequence.tasks),
        task_keys=sequence.task_keys,
        versions={"latentgym-core": core_version(), **environment.versions},
        **played,
    )


def _in_words(latent: Latent[Any], z: Any) -> str:
    """What z is, in words; empty for a recorded sequence whose z nobody kept."""
    unknown = z is None and latent.z_type is not type(None)
    return "" if unknown else latent.describe(z)


@cache
def core_version() -> str:
    """Installed version of latentgym-core; `unknown` when run from a bare source tree."""
    try:
        return version("latentgym-core")
    except PackageNotFoundError:
        return "unknown"
