"""What all latents of hangman have in common."""

import math
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.hangman.env import Hangman
from latentgym_envs.words.word_filter import HiddenWords

if TYPE_CHECKING:
    from latentgym_core.families.distinct_draws import Mask

LARGEST_POOL = "common"


@frozen(kw_only=True)
class WordFilter(HiddenWords):
    """z names a property, and every word with it is equally likely in every task.

    Where a preset fixes z, only the draw is fixed: `support`, and with it every Bayesian player,
    still holds all values of the family possible, because nobody tells a player the id.
    """

    game: ClassVar[type[Any]] = Hangman

    def support(self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts) -> list[tuple[str, float]]:
        """Every usable value of the family with its log prior (uniform), also for a fixed z."""
        del visible
        usable = self._leaving_enough(self.choices, core_envs)
        return [(value, -math.log(len(usable))) for value in usable]

    def fitting(self, core_env: AnyCoreEnv, told: FinishedTask) -> "Mask":
        """The words that would have been answered so."""
        from latentgym_envs.hangman.latents.fitting import fitting_words

        return fitting_words(self._checked(core_env), told)

    def _rescue(self, games: tuple[Any, ...]) -> str:
        exhausted = all(game.pool == LARGEST_POOL for game in games)
        return "" if exhausted else f"Use ?env.pool={LARGEST_POOL}."
