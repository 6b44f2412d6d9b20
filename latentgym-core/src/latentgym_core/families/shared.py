"""Latents that several games share: what is learned in one of them counts in the others."""

from abc import abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, Latent

if TYPE_CHECKING:
    from latentgym_core.contract.told import FinishedTask
    from latentgym_core.families.beliefs import FloatArray, Listed

ZT = TypeVar("ZT")
Law = Mapping[Any, float]
"""Secret to its probability, or to a likelihood; a secret that is left out has 0."""
Games = tuple[tuple[str, AnyCoreEnv], ...]
Clues = tuple[tuple[str, Hashable] | None, ...]
"""The game of each task, and what the task told; None: nothing is known of it."""
CACHE_SIZE = 1024  # a clue lasts for a task, so this serves many sequences at once


class SharedLatent(Latent[ZT]):
    """A latent whose tasks may belong to different games.

    Every task hides one *secret*, which is what the players of its game look for: the hidden word,
    the best button. Given z and a task's index, its secret does not depend on other tasks, and
    the rest of the task not on z. Players of a game know nothing of other games; they ask
    `Strand.foresee`, which asks here.
    """

    @abstractmethod
    def secrets(self, z: ZT, core_env: AnyCoreEnv, index: int) -> Law:
        """What task `index` of a game can hide given z, each with its probability."""

    @abstractmethod
    def clue(self, core_env: AnyCoreEnv, told: "FinishedTask") -> Hashable:
        """All that a task told about its secret, as a value that can be compared and kept."""

    @abstractmethod
    def likelihood(self, core_env: AnyCoreEnv, clue: Any) -> Law:
        """P(clue | secret) for every secret that would have led to the clue."""

    @property
    def uses_history(self) -> bool:
        """Secrets are independent given z."""
        return False

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: "Iterable[FinishedTask]",
    ) -> "Listed":
        """The exact posterior over the values of the family, from tasks of whatever game."""
        del visible
        return self._beliefs(tuple(core_envs.items()), self._clues(core_envs, finished))

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        core_env_name: str,
        finished: "Iterable[FinishedTask]",
        z: ZT | None = None,
    ) -> Law:
        """What the next task can hide, each secret with its probability.

        Args:
            core_envs: Name to game, the games of the sequence.
            core_env_name: The game of the next task.
            finished: The tasks so far that follow this latent, in order.
            z: Its value, for a player who is told.

        Returns:
            Empty if the family cannot have led to what was told.
        """
        clues = self._clues(core_envs, finished)
        if z is not None:
            return self.secrets(z, core_envs[core_env_name], len(clues))
        return self._foreseen(tuple(core_envs.items()), core_env_name, clues)

    def _clues(
        self, core_envs: Mapping[str, AnyCoreEnv], finished: "Iterable[FinishedTask]"
    ) -> Clues:
        """Tasks of no game are those that a player may not remember; they keep their places."""
        return tuple(
            (told.core_env_name, self.clue(core_envs[told.core_env_name], told))
            if told.core_env_name in core_envs
            else None
            for told in finished
        )

    # ---- pure functions, each with what it has worked out

    @cached_property
    def _prior(self) -> "Callable[[Games], tuple[tuple[ZT, ...], FloatArray]]":
        return lru_cache(CACHE_SIZE)(self._make_prior)

    @cached_property
    def _beliefs(self) -> "Callable[[Games, Clues], Listed]":
        return lru_cache(CACHE_SIZE)(self._make_beliefs)

    @cached_property
    def _foreseen(self) -> Callable[[Games, str, Clues], Law]:
        return lru_cache(CACHE_SIZE)(self._make_foreseen)

    def _make_prior(self, games: Games) -> "tuple[tuple[ZT, ...], FloatArray]":
        import numpy as np

        support = self.support(tuple(game for _, game in games), {})
        assert support is not None, f"{self.family} is shared, so its values must be listed"
        prior = dict(support)
        return tuple(prior), np.array(list(prior.values()), dtype=np.float64)

    def _make_beliefs(self, games: Games, clues: Clues) -> "Listed":
        import numpy as np

        from latentgym_core.families.beliefs import Listed

        values, prior = self._prior(games)
        if not clues:
            return Listed(values, prior, np.zeros(len(values)))
        *earlier, latest = clues
        before = self._beliefs(games, tuple(earlier))
        if latest is None:
            return before
        game, index = dict(games)[latest[0]], len(earlier)
        likelihood = self.likelihood(game, latest[1])
        weights = [_overlap(self.secrets(z, game, index), likelihood) for z in values]
        with np.errstate(divide="ignore"):
            logs = before.log_likelihood + np.log(weights)
        return Listed(values, prior, logs)

    def _make_foreseen(self, games: Games, name: str, clues: Clues) -> Law:
        game, law = dict(games)[name], dict[Any, float]()
        held = self._beliefs(games, clues)
        for z, probability in zip(held.values, held.probabilities.tolist(), strict=True):
            if probability:
                for secret, share in self.secrets(z, game, len(clues)).items():
                    law[secret] = law.get(secret, 0.0) + probability * share
        return law


def _overlap(law: Law, likelihood: Law) -> float:
    """Sum over secrets of probability times likelihood."""
    fewer, more = sorted((law, likelihood), key=len)
    return sum(weight * more[secret] for secret, weight in fewer.items() if secret in more)
