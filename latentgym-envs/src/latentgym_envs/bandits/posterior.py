"""Exact beliefs about z, for every family of bandits whose values can be listed."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from latentgym_core.contract.beliefs import Beliefs
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.errors import EnvError
from latentgym_core.families.beliefs import Listed
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.evidence import evidence_of
from latentgym_envs.bandits.filtering import Finished, filter_of

if TYPE_CHECKING:
    from latentgym_envs.bandits.bandit_latent import BanditLatent


def list_beliefs(latent: "BanditLatent[Any]", game: Bandits, finished: Finished) -> Beliefs | None:
    """The posterior over `latent.values`; None if there are too many to list.

    Args:
        latent: The family.
        game: The game, with the buttons of the sequence.
        finished: What the tasks told.
    """
    known = filter_of(latent, game)
    if not known.values:
        return None
    number = len(known.values)
    prior = np.full(number, -np.log(number))
    return Listed(known.values, prior, known.belief(finished).log_likelihood)


def game_in(core_envs: Mapping[str, AnyCoreEnv], visible: Facts) -> Bandits:
    """The game of a sequence, with the buttons that it shows.

    Raises:
        EnvError: Bandits is not among the games.
    """
    for game in core_envs.values():
        if isinstance(game, Bandits):
            return with_buttons(game, visible["buttons"])
    raise EnvError(f"This is about bandits, not about {'+'.join(core_envs)}.")


def with_buttons(game: Bandits, names: Iterable[str]) -> Bandits:
    """The game with the buttons of a given task."""
    buttons = tuple(names)
    return game if game.buttons == buttons else evolve(game, buttons=buttons)


def finished_of(core_envs: Mapping[str, AnyCoreEnv], finished: Iterable[FinishedTask]) -> Finished:
    """What tasks told; None for those of other games."""
    ours = {name for name, game in core_envs.items() if isinstance(game, Bandits)}
    return tuple(evidence_of(task) if task.core_env_name in ours else None for task in finished)
