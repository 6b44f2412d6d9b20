"""Beliefs about z, for every family of secretary whose values can be listed."""

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import define, field

from latentgym_core.families.beliefs import BITS, Listed
from latentgym_envs.secretary.clues import Finished
from latentgym_envs.secretary.inference import inference_of
from latentgym_envs.secretary.secretary_latent import SecretaryLatent


@define(eq=False)
class Posterior(Listed):
    """Values of z, with the family's own way to find one of them.

    Attributes:
        place_of: Place of a value among `values`, None if it is not one of them.
    """

    place_of: Callable[[Any], int | None] = field(kw_only=True)

    def log2_prob(self, z: Any) -> float:
        """Of the listed value that stands for z."""
        place = self.place_of(z)
        return -np.inf if place is None else float(self.log_prob[place] / BITS)


def posterior(
    latent: SecretaryLatent[Any], num_values: int, finished: Finished
) -> Posterior | None:
    """What is known of z; None if its values cannot be listed.

    Args:
        latent: The family.
        num_values: N.
        finished: What the tasks told.
    """
    inference = inference_of(latent, num_values)
    number = len(inference.values)
    if number == 0:
        return None
    prior = np.full(number, -np.log(number))
    belief = inference.belief(finished)
    with np.errstate(divide="ignore"):
        joint = np.log(belief.weights.sum(axis=1)) + belief.log_evidence
    return Posterior(inference.values, prior, joint - prior, place_of=inference.place_of)
