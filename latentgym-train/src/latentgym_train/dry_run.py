"""What `latentgym train --dry-run` looks at: all that a start does before it writes anything."""

from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from latentgym_core.registry.registry import Registry
from latentgym_train.comparison.checks import check_settings
from latentgym_train.comparison.comparing import Setting
from latentgym_train.config.config import Config
from latentgym_train.running.folder import TrainingFolder
from latentgym_train.running.machine import check_shares, make_accelerator
from latentgym_train.sequences.data import PROBED
from latentgym_train.starting import draw, make_policy

MADE_HERE = ("tiny", "smollm2")
"""Policies that are no folder and come from no hub."""


def check_run(
    config: Config, folder: Path, registry: Registry, *, resume: bool, num_processes: int | None
) -> None:
    """Do everything that a run does before it writes anything, but fetch no policy from a hub.

    Args:
        config: What the run would do.
        folder: It would write here.
        registry: The installed plugins.
        resume: Whether it would go on in the folder.
        num_processes: How many would run together; None: one.

    Raises:
        LatentGymError: The run would be refused.
    """
    make_accelerator(config, folder)
    check_shares(config, num_processes or 1)
    _check_recipe(config, registry, resume=resume)
    if not resume:
        TrainingFolder(folder).check_empty()


def check_comparison(settings: Sequence[Setting], registry: Registry) -> None:
    """The same for everything that a comparison would train.

    Accelerate knows one precision in a process, so devices are looked at for the first recipe; of
    the pools that arms draw anew, a few sequences are drawn.

    Raises:
        LatentGymError: The comparison, or one of its runs, would be refused.
    """
    check_settings(settings, registry)
    make_accelerator(settings[0].config, settings[0].folder)
    for setting in settings:
        _check_recipe(setting.config, registry, resume=False)
        for arm in setting.arms:
            draw(_probing(arm.config), registry, resume=False)


def is_on_hub(config: Config) -> bool:
    """Whether the policy is neither made here nor a folder."""
    source = config.policy.source
    return source not in MADE_HERE and not Path(source).expanduser().exists()


def _probing(config: Config) -> Config:
    return evolve(config, data=evolve(config.data, pool=min(PROBED, config.data.pool)))


def _check_recipe(config: Config, registry: Registry, *, resume: bool) -> None:
    drawn = draw(config, registry, resume=resume)
    if not is_on_hub(config):
        make_policy(config, drawn)
