"""Exact beliefs about the value of a filter family, by counting candidates.

With S_v the candidates that satisfy value v, and F_t those that would have been answered as task t
was, tasks that are drawn with replacement are independent given v:

    P(tasks | v)  =  prod_t |S_v ∩ F_t| / |S_v|.

Without replacement, the first |S_v| tasks hide different candidates, and later ones any of them.
See `distinct_draws`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_core.families.beliefs import FloatArray, Listed
from latentgym_core.families.distinct_draws import Draws
from latentgym_core.families.filters import FilterLatent

Mask = NDArray[np.bool_]
Games = tuple[tuple[str, AnyCoreEnv], ...]
Fitting = Callable[[Any, FinishedTask], Mask]
"""Which candidates of a game's pool, in its order, would have been answered as a task was."""
NUM_FAMILIES = 64
NUM_CLUES = 1024  # what a task tells changes with every turn, so this serves a few sequences
NUM_DRAWS = 512


def filter_beliefs(
    latent: FilterLatent[Any],
    core_envs: Mapping[str, AnyCoreEnv],
    finished: tuple[FinishedTask, ...],
    fitting: Fitting,
) -> Listed | None:
    """The posterior over the values of a family.

    Args:
        latent: The family.
        core_envs: Name to game.
        finished: The tasks so far.
        fitting: How the games compare a candidate with what a task told. A task that is known
            (revealed, say) leaves its own candidate alone.

    Returns:
        None where different games draw from one pool without replacement.
    """
    if not latent.replacement and len(core_envs) > 1:
        return None
    members = _members(latent, tuple(core_envs.items()))
    clues = tuple(
        (told.core_env_name, _packed(fitting(core_envs[told.core_env_name], told)))
        for told in finished
    )
    if latent.replacement:
        likelihood = sum((members.share(*clue) for clue in clues), np.zeros(len(members.values)))
    else:
        likelihood = members.draws(tuple(mask for _, mask in clues)).log_likelihood
    return Listed(members.values, members.log_prior, likelihood)


@frozen(eq=False)
class Members:
    """The candidates of every value of a family.

    Attributes:
        values: See `FilterLatent.hypotheses`.
        log_prior: Natural log of their prior, shape [V].
        masks: For each game, which candidates of its pool each value leaves; shape [V, n].
    """

    values: tuple[Any, ...]
    log_prior: FloatArray
    masks: Mapping[str, Mask]
    share: Callable[[str, bytes], FloatArray] = field(init=False, repr=False)
    draws: Callable[[tuple[bytes, ...]], Draws] = field(init=False, repr=False)

    @share.default
    def _remember_shares(self) -> Callable[[str, bytes], FloatArray]:
        return lru_cache(NUM_CLUES)(self._share)

    @draws.default
    def _remember_draws(self) -> Callable[[tuple[bytes, ...]], Draws]:
        return lru_cache(NUM_DRAWS)(self._draws)

    def _share(self, name: str, packed: bytes) -> FloatArray:
        """Natural log of |S_v ∩ F| / |S_v|, shape [V]."""
        masks = self.masks[name]
        fits = _unpacked(packed, masks.shape[1])
        with np.errstate(divide="ignore"):
            left: FloatArray = np.log(masks[:, fits].sum(axis=1)) - np.log(masks.sum(axis=1))
        return left

    def _draws(self, clues: tuple[bytes, ...]) -> Draws:
        (masks,) = self.masks.values()
        if not clues:
            return Draws.begin(masks)
        *earlier, latest = clues
        return self.draws(tuple(earlier)).after(_unpacked(latest, masks.shape[1]))


@lru_cache(NUM_FAMILIES)
def _members(latent: FilterLatent[Any], games: Games) -> Members:
    values, log_prior = latent.hypotheses(tuple(game for _, game in games))
    masks = {name: _masks(latent, game, values) for name, game in games}
    return Members(values, np.array(log_prior), masks)


def _masks(latent: FilterLatent[Any], game: AnyCoreEnv, values: tuple[Any, ...]) -> Mask:
    places = {candidate: place for place, candidate in enumerate(latent.pool(game))}
    masks = np.zeros((len(values), len(places)), bool)
    for row, value in enumerate(values):
        masks[row, [places[each] for each in latent.members(game, value)]] = True
    return masks


def _packed(mask: Mask) -> bytes:
    """A mask as something that can be compared and kept."""
    return np.packbits(mask).tobytes()


def _unpacked(packed: bytes, length: int) -> Mask:
    return np.unpackbits(np.frombuffer(packed, np.uint8), count=length).astype(bool)
