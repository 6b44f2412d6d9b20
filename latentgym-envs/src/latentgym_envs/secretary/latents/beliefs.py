"""What earlier tasks tell about z, and z about the place of the greatest value."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from attrs import Factory, define, field, frozen
from numpy.typing import NDArray

from latentgym_core.families.beliefs import BITS, FloatArray, Listed
from latentgym_core.keeping import kept
from latentgym_envs.secretary.clues import Finished, Values
from latentgym_envs.secretary.placing import Top

MANY_FAMILIES = 256  # some declared sets, and values of z that were told
MANY_BELIEFS = 512  # about ten for each sequence that is played at once
MANY_LAWS = 64  # one for each task index


class Family(Protocol):
    """What inference asks of a family, see `SecretaryLatent`."""

    def __hash__(self) -> int:
        """Families with equal hyperparameters are one."""

    @property
    def placing(self) -> Top:
        """How the greatest value got to its place."""

    @property
    def rules_places(self) -> bool:
        """Whether z says where the greatest value stands, whatever the values are."""

    @property
    def judges_values(self) -> bool:
        """Whether z says much of a value beyond its place."""

    @property
    def remembers(self) -> bool:
        """Whether a place depends on the one in the task before."""

    def listed(self, num_values: int) -> Sequence[Any] | FloatArray:
        """Every z that is possible, equally likely; empty if they are not to be listed."""

    def listed_as(self, z: Any, num_values: int) -> Any:
        """Which of these stands for a value of z."""

    def place_law(self, z: Any, index: int, previous: int, num_values: int) -> FloatArray:
        """P(place | z, place before), shape [N], where `rules_places`."""

    def place_evidence(self, zs: Any, seen: Values, num_values: int) -> FloatArray:
        """P(place, values seen | z); without P(place | z) where `rules_places`."""


@frozen(eq=False)
class Belief:
    """What is known after some tasks.

    Attributes:
        weights: Probability of each z and, for families with a memory, of the latest place; shape
            [Z, 1 or N], sum 1. A task that no z explains changes nothing.
        log_evidence: Natural log of the density of all that was told; `-inf` if no z explains it.
    """

    weights: FloatArray
    log_evidence: float


@frozen(eq=False)
class Inference:
    """Exact inference about z, for tasks of N values.

    Exact up to the grid of `threshold_evidence` and the stand-ins of `shape.evidence`, and with
    the greatest value of `relations` taken as independent of what announces it.

    Attributes:
        latent: The family with its hyperparameters; a fixed value of z is not looked at.
        num_values: N.
        z: What z is known to be; None: not known.
        values: Every z that is possible, equally likely at first; empty if they are not listed.
    """

    latent: Family
    num_values: int
    z: Any = None
    values: Any = field(init=False, default=Factory(lambda self: self._possible(), takes_self=True))
    _place_of: Mapping[Any, int] = field(
        init=False,
        default=Factory(
            lambda self: {z: place for place, z in enumerate(self.values)}, takes_self=True
        ),
    )

    def weights(self, finished: Finished, seen: Values, index: int) -> FloatArray:
        """Relative probability of each place for the greatest value of a task.

        Args:
            finished: Other tasks at their places; None is one of which nothing is known.
            seen: Values of the task so far.
            index: Its index.

        Returns:
            Shape [N]; all zero if what was seen is impossible under this family.
        """
        weights: FloatArray = self._joint(self.belief(finished).weights, seen, index).sum(axis=0)
        return weights

    def place_of(self, z: Any) -> int | None:
        """Place of the one of `values` that stands for z; None if there is none."""
        return self._place_of.get(self.latent.listed_as(z, self.num_values))

    def _possible(self) -> Any:
        return self.latent.listed(self.num_values) if self.z is None else (self.z,)

    def _joint(self, weights: FloatArray, seen: Values, index: int) -> FloatArray:
        """Weight of each z and place, times the density of the values seen; shape [Z, N]."""
        joint = np.zeros((len(weights), self.num_values))
        alive = np.flatnonzero(weights.any(axis=1))  # few are, as soon as much is known
        weights = weights[alive]
        if self.latent.rules_places:
            weights = (weights[:, :, None] * self._laws(index)[alive]).sum(axis=1)
        evidence = self.latent.place_evidence(self._some(alive), seen, self.num_values)
        joint[alive] = weights * evidence
        return joint

    def _some(self, places: NDArray[np.intp]) -> Any:
        """The values at some places; none if they are not listed."""
        if isinstance(self.values, np.ndarray):
            return self.values[places]
        return [self.values[place] for place in places if self.values]

    @kept(MANY_BELIEFS)
    def belief(self, finished: Finished) -> Belief:
        """What is known after some tasks, of which None is one that nothing is known of."""
        if not finished:
            number = max(1, len(self.values))
            return Belief(np.full((number, 1), 1 / number), 0.0)
        *earlier, task = finished
        remembers = self.latent.remembers
        before = self.belief(tuple(earlier))
        if task is None and not remembers:
            return before
        joint = self._joint(before.weights, task.seen if task else (), len(earlier))
        if task is not None:
            joint = joint * task.possible
        total = float(joint.sum())
        log_evidence = before.log_evidence + (math.log(total) if total else -math.inf)
        if not total:
            joint = self._joint(before.weights, (), len(earlier))
        if not remembers:
            joint = joint.sum(axis=1, keepdims=True)
        return Belief(np.asarray(joint / joint.sum()), log_evidence)

    @kept(MANY_LAWS)
    def _laws(self, index: int) -> FloatArray:
        """P(place | z, place before) of task `index`; shape [Z, 1 or N, N]."""
        latent, size = self.latent, self.num_values
        if len(self.values) == 0:
            return np.full((1, 1, size), 1 / size)
        befores = range(size if latent.remembers and index else 1)
        return np.array(
            [[latent.place_law(z, index, before, size) for before in befores] for z in self.values]
        )


inference_of = lru_cache(MANY_FAMILIES)(Inference)
"""The inference about a family, the same for all who ask."""


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


def posterior(latent: Family, num_values: int, finished: Finished) -> Posterior | None:
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
