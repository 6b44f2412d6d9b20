"""What is refused before a comparison trains anything."""

from collections.abc import Sequence

from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.environment import build_environment
from latentgym_train.comparison.arms import Arm
from latentgym_train.comparison.comparing import Setting
from latentgym_train.comparison.table import make_player, players_of
from latentgym_train.config.config import BatchConfig, CompareConfig, Config
from latentgym_train.config.config_file import differing_keys
from latentgym_train.running.folder import TrainingFolder
from latentgym_train.sequences.data import distinct_ids, evaluation_ids
from latentgym_train.sequences.novelty import check_novel


def check_settings(settings: Sequence[Setting], registry: Registry) -> None:
    """Check everything that the runs and the table will need.

    Raises:
        LatentGymError: An environment or player does not exist, an environment out of distribution
            is trained on, or a folder holds a run that was configured otherwise.
    """
    for setting in settings:
        check_played(setting.config, registry)
        check_novel(setting.config.data, distinct_ids(setting.config.data.train), registry)
        for arm in setting.arms:
            check_unchanged(setting.run(arm.name), arm)


def check_played(config: Config, registry: Registry) -> None:
    """Check that the table's players exist for every environment that is evaluated.

    Raises:
        LatentGymError: See `make_player`.
    """
    data = config.data
    for env_id in (*evaluation_ids(data), *data.ood_latents, *data.ood_envs):
        environment = build_environment(registry.complete(env_id), registry)
        for name in players_of(config.compare):
            make_player(name, tuple(environment.core_envs), registry)


def check_unchanged(run: TrainingFolder, arm: Arm) -> None:
    """Check that a run in the folder, if there is one, does what the arm does.

    Raises:
        SpecError: It was configured otherwise.
    """
    if not (run.path / "config.toml").is_file():
        return
    keys = differing_keys(_decisive(run.config(), arm), _decisive(arm.config, arm))
    if keys:
        raise SpecError(
            f"{run.path} was begun with another {', '.join(keys)}; take another --out, or go on "
            f"with the configuration it was begun with."
        )


def _decisive(config: Config, arm: Arm) -> Config:
    """Only what decides on the outcome; where the base's policy lies does not."""
    source = arm.config.policy.source if arm.after_base else config.policy.source
    policy = evolve(config.policy, source=source)
    return evolve(config, policy=policy, batch=BatchConfig(), compare=CompareConfig())
