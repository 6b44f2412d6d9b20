"""What all latents of wordle have in common."""

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from attrs import evolve, frozen

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.told import FinishedTask
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.words.word_filter import HiddenWords

if TYPE_CHECKING:
    from latentgym_core.families.distinct_draws import Mask

LARGER_POOL: Literal["common"] = "common"


@frozen(kw_only=True)
class WordFilter(HiddenWords):
    """z names a property; its words come in random order, each once until all have been."""

    replacement: ClassVar[bool] = False
    game: ClassVar[type[Any]] = Wordle

    def fitting(self, core_env: AnyCoreEnv, told: FinishedTask) -> "Mask":
        """The words that would have been answered so."""
        from latentgym_envs.wordle.latents.fitting import fitting_words

        return fitting_words(self._checked(core_env), told)

    def _rescue(self, games: tuple[Any, ...]) -> str:
        if self._usable(tuple(evolve(game, pool=LARGER_POOL) for game in games)):
            return f"Use ?env.pool={LARGER_POOL}."
        return f"Try words of another length, as in ?env.pool={LARGER_POOL}&env.word_length=8."
