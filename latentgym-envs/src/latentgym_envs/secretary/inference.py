"""What earlier tasks tell about z, and z about the place of the greatest value."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

from latentgym_envs.secretary import relations, shape
from latentgym_envs.secretary.likelihood import FloatArray, place_likelihood
from latentgym_envs.secretary.observed import Observed, Values
from latentgym_envs.secretary.placing import Top
from latentgym_envs.secretary.position_latent import PositionLatent
from latentgym_envs.secretary.relations import Relation
from latentgym_envs.secretary.secretary_latent import SecretaryLatent
from latentgym_envs.secretary.shape import Shape
from latentgym_envs.secretary.threshold import Threshold
from latentgym_envs.secretary.threshold_evidence import cut_offs, threshold_evidence

Finished = tuple[Observed | None, ...]
MANY_BELIEFS = 512  # about ten for each sequence that is played at once
MANY_LAWS = 64  # one for each task index


@frozen(eq=False)
class Inference:
    """Exact inference about z, for tasks of N values.

    Exact up to the grid of `threshold_evidence` and the stand-ins of `shape.evidence`, and with
    the greatest value of `relations` taken as independent of what announces it.

    Attributes:
        latent: The family with its hyperparameters; a fixed value of z is not looked at.
        num_values: N.
        z: What z is known to be; None: not known.
    """

    latent: SecretaryLatent[Any]
    num_values: int
    z: Any = None
    _zs: Any = field(init=False, default=Factory(lambda self: self._possible(), takes_self=True))
    _belief: Callable[[Finished], FloatArray] = field(
        init=False,
        default=Factory(lambda self: lru_cache(MANY_BELIEFS)(self._update), takes_self=True),
    )
    _laws: Callable[[int], FloatArray] = field(
        init=False,
        default=Factory(lambda self: lru_cache(MANY_LAWS)(self._make_laws), takes_self=True),
    )

    @property
    def top(self) -> Top:
        """How the greatest value got to its place."""
        return self.latent.top if isinstance(self.latent, PositionLatent) else "raised"

    @property
    def places(self) -> bool:
        """Whether the family says little of a value beyond its place."""
        return isinstance(self.latent, PositionLatent | Relation)

    def weights(self, finished: Finished, seen: Values) -> FloatArray:
        """Relative probability of each place for the greatest value of the current task.

        Args:
            finished: The earlier tasks, in order; None is one of another game.
            seen: Values of the current task so far.

        Returns:
            Shape [N]; all zero if what was seen is impossible under this family.
        """
        weights: FloatArray = self._joint(finished, seen).sum(axis=0)
        return weights

    def law(self, finished: Finished, seen: Values) -> FloatArray:
        """The same without what the size of the values says; of use where `places` holds."""
        likelihood = place_likelihood(seen, self.num_values, self.top)
        weights = self.weights(finished, seen)
        return np.divide(weights, likelihood, out=np.zeros_like(weights), where=likelihood > 0)

    def _possible(self) -> Any:
        """Every z that is possible; empty if they cannot be listed."""
        if self.z is not None:
            return (self.z,)
        if isinstance(self.latent, Threshold):
            return cut_offs(self.latent)
        return self.latent.values(self.num_values)

    def _joint(self, finished: Finished, seen: Values) -> FloatArray:
        """Weight of each z and place; shape [Z, N]."""
        belief = self._belief(finished)
        joint = np.zeros((len(belief), self.num_values))
        alive = np.flatnonzero(belief.any(axis=1))  # few are, as soon as much is known
        belief = belief[alive]
        if isinstance(self.latent, PositionLatent):
            law = (belief[:, :, None] * self._laws(len(finished))[alive]).sum(axis=1)
            joint[alive] = law * place_likelihood(seen, self.num_values, self.top)
        else:
            joint[alive] = belief * self._evidence(alive, seen)
        return joint

    def _update(self, finished: Finished) -> FloatArray:
        """Weight of each z and, for families with a memory, of the latest place; [Z, 1 or N]."""
        if not finished:
            number = max(1, len(self._zs))
            return np.full((number, 1), 1 / number)
        *earlier, task = finished
        remembers = isinstance(self.latent, PositionLatent) and self.latent.remembers
        before = self._belief(tuple(earlier))
        if task is None and not remembers:
            return before
        joint = self._joint(tuple(earlier), task.seen if task else ())
        if task is not None:
            joint = joint * task.possible
        if not joint.any():  # refuted: as if nothing had been seen
            joint = self._joint(tuple(earlier), ())
        if not remembers:
            joint = joint.sum(axis=1, keepdims=True)
        return np.asarray(joint / joint.sum())

    def _make_laws(self, index: int) -> FloatArray:
        """P(place | z, place before) of task `index`; shape [Z, 1 or N, N]."""
        latent, size = self.latent, self.num_values
        assert isinstance(latent, PositionLatent)
        if len(self._zs) == 0:
            return np.full((1, 1, size), 1 / size)
        befores = range(size if latent.remembers and index else 1)
        places = [[latent.places(z, index, before, size) for before in befores] for z in self._zs]
        return np.array(
            [[np.bincount(each, minlength=size) / len(each) for each in row] for row in places]
        )

    def _evidence(self, alive: NDArray[np.intp], seen: Values) -> FloatArray:
        """P(place, values seen | z) for some values of z; shape [alive, N]."""
        size = self.num_values
        if isinstance(self.latent, Threshold):
            return threshold_evidence(self.latent, np.asarray(self._zs)[alive], seen, size)
        zs = [self._zs[i] for i in alive]
        if isinstance(self.latent, Shape):
            return np.array([shape.evidence(z, seen, size) for z in zs])
        announced = np.array([relations.evidence(z, seen, size) for z in zs])
        return announced * place_likelihood(seen, size, self.top)
