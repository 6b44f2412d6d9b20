"""Exact beliefs about the value of a filter family, by counting candidates.

With S_v the candidates that satisfy value v, and F_t those that would have been answered as task t
was, tasks that are drawn with replacement are independent given v:

    P(tasks | v)  =  prod_t |S_v ∩ F_t| / |S_v|.

Without replacement, the first |S_v| tasks hide different candidates, and later ones any of them.
See `distinct_draws`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from attrs import frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask, Upcoming, in_places
from latentgym_core.families.beliefs import FloatArray, Listed
from latentgym_core.families.distinct_draws import Draws, Mask
from latentgym_core.keeping import kept

Games = Mapping[str, AnyCoreEnv]
Clue = tuple[str, bytes]
"""The game of a task, and which candidates of its pool would have been answered so, packed."""
Clues = tuple[Clue | None, ...]
"""In order; None for a task that is forgotten, or of a game that is not ours."""
NUM_FAMILIES = 256  # some declared sets, and values of z that were told
NUM_CLUES = 1024  # what a task tells changes with every turn, so this serves a few sequences
NUM_DRAWS = 512
NUM_LAWS = 512  # a law lasts for a task, so this serves many sequences at once


class Family(Protocol):
    """What counting asks of a family, see `FilterLatent`."""

    @property
    def replacement(self) -> bool:
        """Whether a candidate may come twice."""

    def __hash__(self) -> int:
        """Families with equal hyperparameters are one."""

    def hypotheses(
        self, core_envs: tuple[AnyCoreEnv, ...]
    ) -> tuple[tuple[Any, ...], tuple[float, ...]]:
        """The values that are held possible, and the natural logs of their prior."""

    def pool(self, core_env: AnyCoreEnv) -> Sequence[Any]:
        """All candidates of a game."""

    def members(self, core_env: AnyCoreEnv, value: Any) -> tuple[Any, ...]:
        """Those of a value."""

    def fitting(self, core_env: AnyCoreEnv, told: FinishedTask) -> Mask:
        """Which candidates would have been answered as a task was."""


def filter_beliefs(
    latent: Family, core_envs: Games, finished: tuple[FinishedTask, ...]
) -> Listed | None:
    """The posterior over the values of a family.

    Returns:
        None where different games draw from one pool without replacement.
    """
    members = _members_in(latent, core_envs, None)
    if members is None:
        return None
    return members.beliefs(_clues(latent, core_envs, finished, 0))


def filter_law(
    latent: Family,
    core_envs: Games,
    upcoming: Upcoming,
    finished: tuple[FinishedTask, ...],
    z: Any,
) -> Law | None:
    """The law of a task's candidate: every value's own, by the posterior.

    Args:
        latent: The family.
        core_envs: Name to game.
        upcoming: The task; a candidate has to look like it, and to answer its turns.
        finished: Other tasks.
        z: The value, for whoever is told.

    Returns:
        As in `filter_beliefs`.
    """
    members = _members_in(latent, core_envs, z)
    if members is None:
        return None
    current = _clue(latent, core_envs, upcoming.as_told)
    return members.law(_clues(latent, core_envs, finished, upcoming.index), current)


@frozen(eq=False)
class Members:
    """The candidates of every value of a family.

    Attributes:
        values: See `FilterLatent.hypotheses`.
        log_prior: Natural log of their prior, shape [V].
        pools: For each game all candidates.
        masks: For each game, which candidates of its pool each value leaves; shape [V, n].
        replacement: Whether a candidate may come twice.
    """

    values: tuple[Any, ...]
    log_prior: FloatArray
    pools: Mapping[str, tuple[Any, ...]]
    masks: Mapping[str, Mask]
    replacement: bool

    def beliefs(self, clues: Clues) -> Listed:
        """The posterior after some tasks."""
        if self.replacement:
            told = (self._share(clue) for clue in clues if clue is not None)
            likelihood = sum(told, np.zeros(len(self.values)))
        else:
            likelihood = self._draws(clues).log_likelihood
        return Listed(self.values, self.log_prior, likelihood)

    @kept(NUM_LAWS)
    def law(self, clues: Clues, current: Clue) -> Law:
        """The law of a task's candidate after some tasks."""
        name, packed = current
        pool, masks = self.pools[name], self.masks[name]
        held = self.beliefs(clues).probabilities
        if self.replacement:
            weights = (held / np.maximum(masks.sum(axis=1), 1)) @ masks
        else:
            weights = held @ self._draws(clues).next_law
        places = np.flatnonzero(_unpacked(packed, len(pool)))
        return Law.of(tuple(pool[place] for place in places), weights[places])

    @kept(NUM_CLUES)
    def _share(self, clue: Clue) -> FloatArray:
        """Natural log of |S_v ∩ F| / |S_v|, shape [V]."""
        masks = self.masks[clue[0]]
        fits = _unpacked(clue[1], masks.shape[1])
        with np.errstate(divide="ignore"):
            left: FloatArray = np.log(masks[:, fits].sum(axis=1)) - np.log(masks.sum(axis=1))
        return left

    @kept(NUM_DRAWS)
    def _draws(self, clues: Clues) -> Draws:
        (masks,) = self.masks.values()
        if not clues:
            return Draws.begin(masks)
        *earlier, latest = clues
        before = self._draws(tuple(earlier))
        if latest is None:
            return before.unseen()
        return before.after(_unpacked(latest[1], masks.shape[1]))


def _members_in(latent: Family, core_envs: Games, z: Any) -> Members | None:
    if not latent.replacement and len(core_envs) > 1:
        return None
    return _members(latent, tuple(core_envs.items()), z)


@lru_cache(NUM_FAMILIES)
def _members(latent: Family, games: tuple[tuple[str, AnyCoreEnv], ...], z: Any) -> Members:
    values, log_prior = latent.hypotheses(tuple(game for _, game in games))
    if z is not None:
        values, log_prior = (z,), (0.0,)
    return Members(
        values=values,
        log_prior=np.array(log_prior),
        pools={name: tuple(latent.pool(game)) for name, game in games},
        masks={name: _masks(latent, game, values) for name, game in games},
        replacement=latent.replacement,
    )


def _masks(latent: Family, game: AnyCoreEnv, values: tuple[Any, ...]) -> Mask:
    places = {candidate: place for place, candidate in enumerate(latent.pool(game))}
    masks = np.zeros((len(values), len(places)), bool)
    for row, value in enumerate(values):
        masks[row, [places[each] for each in latent.members(game, value)]] = True
    return masks


def _clues(
    latent: Family, core_envs: Games, finished: tuple[FinishedTask, ...], number: int
) -> Clues:
    """What tasks told, at their places, as many as came before at least."""
    places = finished if latent.replacement else in_places(finished, number)
    return tuple(
        _clue(latent, core_envs, task) if task and task.core_env_name in core_envs else None
        for task in places
    )


def _clue(latent: Family, core_envs: Games, task: FinishedTask) -> Clue:
    """What a task told."""
    name = task.core_env_name
    return name, np.packbits(latent.fitting(core_envs[name], task)).tobytes()


def _unpacked(packed: bytes, length: int) -> Mask:
    return np.unpackbits(np.frombuffer(packed, np.uint8), count=length).astype(bool)
