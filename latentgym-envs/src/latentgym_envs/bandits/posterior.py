"""Exact beliefs about z, for every family of bandits whose values can be listed."""

from typing import TYPE_CHECKING, Any

import numpy as np

from latentgym_core.contract.beliefs import Beliefs
from latentgym_core.families.beliefs import Listed
from latentgym_envs.bandits.clues import Finished
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.filtering import filter_of

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
