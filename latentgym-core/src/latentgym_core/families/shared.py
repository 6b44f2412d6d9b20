"""Latents that say what each task hides, in one game or in several that share it."""

from abc import abstractmethod
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, Latent
from latentgym_core.contract.told import FinishedTask, Upcoming
from latentgym_core.keeping import kept

if TYPE_CHECKING:
    from latentgym_core.families.beliefs import FloatArray, Listed

ZT = TypeVar("ZT")
Weights = Mapping[Any, float]
"""What a task hides to its probability, or to a likelihood; what is left out has 0."""
Games = tuple[tuple[str, AnyCoreEnv], ...]
Clue = tuple[int, str, Hashable]
"""A task's place, its game, and what it told."""
Clues = tuple[Clue, ...]
FEW, MANY = 16, 1024  # a clue lasts for a task, so this serves many sequences at once


class SharedLatent(Latent[ZT]):
    """A latent under which every task hides one thing that z rules; games may be several.

    What is hidden is the word to find, the best button, the place of an exit. Given z and a task's
    index it does not depend on other tasks, and the rest of the task not on z. `secrets`, `clue`
    and `likelihood` are all that inference needs; players ask `Strand.foresee`.
    """

    @abstractmethod
    def secrets(self, z: ZT, core_env: AnyCoreEnv, index: int) -> Weights:
        """What task `index` of a game can hide given z, each with its probability."""

    @abstractmethod
    def clue(self, core_env: AnyCoreEnv, told: FinishedTask) -> Hashable:
        """All that a task told about what it hides, as a value that can be compared and kept."""

    @abstractmethod
    def likelihood(self, core_env: AnyCoreEnv, clue: Any) -> Weights:
        """P(clue | hidden) for everything that would have led to the clue."""

    def secret_of(self, core_env: AnyCoreEnv, hidden: Any, visible: Facts) -> Hashable:
        """What is hidden in the terms of the game (`CoreEnv.secret`), in a task that looks so."""
        del core_env, visible
        secret: Hashable = hidden
        return secret

    @property
    def uses_history(self) -> bool:
        """What tasks hide is independent given z."""
        return False

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: tuple[FinishedTask, ...],
    ) -> "Listed":
        """The exact posterior over the values of the family, from tasks of whatever game."""
        del visible
        return self._beliefs(tuple(core_envs.items()), self._clues(core_envs, finished))

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: Upcoming,
        finished: tuple[FinishedTask, ...],
        z: ZT | None = None,
    ) -> Law:
        """What a task can hide, by the same posterior."""
        (current,) = self._clues(core_envs, (upcoming.as_told,))
        game, likelihood = core_envs[current[1]], self._likely(core_envs[current[1]], current[2])
        if z is None:
            weights = self._foreseen(
                tuple(core_envs.items()), current[:2], self._clues(core_envs, finished)
            )
        else:
            weights = self.secrets(z, game, upcoming.index)
        return Law.collected(
            {
                self.secret_of(game, hidden, upcoming.visible): share * likelihood[hidden]
                for hidden, share in weights.items()
                if likelihood.get(hidden)
            }
        )

    def _clues(
        self, core_envs: Mapping[str, AnyCoreEnv], finished: tuple[FinishedTask, ...]
    ) -> Clues:
        return tuple(
            (task.index, task.core_env_name, self.clue(core_envs[task.core_env_name], task))
            for task in finished
        )

    # ---- pure functions, each with what it has worked out

    @kept(FEW)
    def _prior(self, games: Games) -> "tuple[tuple[ZT, ...], FloatArray]":
        import numpy as np

        support = self.support(tuple(game for _, game in games), {})
        assert support is not None, f"{self.family} is shared, so its values must be listed"
        prior = dict(support)
        return tuple(prior), np.array(list(prior.values()), dtype=np.float64)

    @kept(MANY)
    def _likely(self, core_env: AnyCoreEnv, clue: Hashable) -> Weights:
        return self.likelihood(core_env, clue)

    @kept(MANY)
    def _beliefs(self, games: Games, clues: Clues) -> "Listed":
        import numpy as np

        from latentgym_core.families.beliefs import Listed

        values, prior = self._prior(games)
        if not clues:
            return Listed(values, prior, np.zeros(len(values)))
        *earlier, (index, name, clue) = clues
        before, game = self._beliefs(games, tuple(earlier)), dict(games)[name]
        likelihood = self._likely(game, clue)
        weights = [_overlap(self.secrets(z, game, index), likelihood) for z in values]
        with np.errstate(divide="ignore"):
            logs = before.log_likelihood + np.log(weights)
        return Listed(values, prior, logs)

    @kept(MANY)
    def _foreseen(self, games: Games, place: tuple[int, str], clues: Clues) -> Weights:
        index, name = place
        game, law = dict(games)[name], dict[Any, float]()
        held = self._beliefs(games, clues)
        for z, probability in zip(held.values, held.probabilities.tolist(), strict=True):
            if probability:
                for secret, share in self.secrets(z, game, index).items():
                    law[secret] = law.get(secret, 0.0) + probability * share
        return law


def _overlap(law: Weights, likelihood: Weights) -> float:
    """Sum over secrets of probability times likelihood."""
    fewer, more = sorted((law, likelihood), key=len)
    return sum(weight * more[secret] for secret, weight in fewer.items() if secret in more)
