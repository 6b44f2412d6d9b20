"""What all latents have in common that word games share."""

import math
import random
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, ClassVar

from attrs import field, frozen

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, TaskContext
from latentgym_core.contract.told import FinishedTask
from latentgym_core.contract.validators import whole_number
from latentgym_core.families.shared import SharedLatent, Weights
from latentgym_core.keeping import kept
from latentgym_envs.shared.words.games import use_of
from latentgym_envs.words.word_filter import PropertyFilter

LARGER_POOL = "common"
CACHE_SIZE = 1024  # values times games


@frozen(kw_only=True)
class SharedWords(SharedLatent[str], PropertyFilter):
    """z is a property; every word of a game that has it is equally likely in every task of it.

    In hangman and wordle it is the hidden word, in word ladder the target. Where a preset fixes
    z, only the draw is fixed: `support`, and with it every Bayesian player, still holds all values
    of the family possible that leave enough words, because nobody tells a player the id.

    Attributes:
        min_pool: Fewest words that a value may leave in each game, at least 1.
    """

    spans_games: ClassVar[bool] = True

    min_pool: int = field(default=3, validator=whole_number(1))

    # ---- tasks

    def pool(self, core_env: AnyCoreEnv) -> Sequence[str]:
        """The words that a game can be played with."""
        return use_of(core_env).words(core_env)

    def make_task(self, candidate: str, core_env: AnyCoreEnv) -> Any:
        """The first task with a word."""
        return next(iter(use_of(core_env).tasks(core_env, candidate)))

    def task(self, z: str, context: TaskContext, rng: random.Random) -> Any:
        """Any of the words, then any of its tasks."""
        game = context.core_env
        return use_of(game).draw_task(game, rng.choice(self.members(game, z)), rng)

    def task_support(self, z: str, context: TaskContext) -> Iterable[tuple[Any, float]]:
        """Every task of every word."""
        game = context.core_env
        for word, share in self.secrets(z, game, context.index).items():
            tasks = tuple(use_of(game).tasks(game, word))
            yield from ((task, math.log(share / len(tasks))) for task in tasks)

    # ---- inference

    def support(self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts) -> list[tuple[str, float]]:
        """Every value of the family that leaves enough words, all equally likely."""
        del visible
        usable = self._leaving_enough(self.choices, core_envs)
        return [(value, -math.log(len(usable))) for value in usable]

    def log_prob(self, task: Any, z: str, context: TaskContext) -> float:
        """Minus the logs of the number of words and of the number of tasks with this one."""
        game = context.core_env
        share = self.secrets(z, game, context.index).get(self.candidate(task), 0.0)
        chance = share and share * use_of(game).chance(game, task)
        return math.log(chance) if chance else -math.inf

    def secrets(self, z: str, core_env: AnyCoreEnv, index: int) -> Weights:
        """The words that have the property, all equally likely."""
        del index
        return self._law(z, core_env)

    def secret_of(self, core_env: AnyCoreEnv, hidden: Any, visible: Facts) -> Hashable:
        """As the game's players look for it."""
        return use_of(core_env).secret(core_env, hidden, visible)

    def clue(self, core_env: AnyCoreEnv, told: FinishedTask) -> Hashable:
        """As the game tells it."""
        return use_of(core_env).clue(told)

    def likelihood(self, core_env: AnyCoreEnv, clue: Any) -> Weights:
        """As the game tells it."""
        return use_of(core_env).likelihood(core_env, clue)

    @kept(CACHE_SIZE)
    def _law(self, z: str, core_env: AnyCoreEnv) -> Weights:
        members = self.members(core_env, z)
        return dict.fromkeys(members, 1 / max(1, len(members)))

    # ---- texts

    def describe(self, z: str) -> str:
        """The property."""
        return f"The word to find or to reach always {self.rule.clause(z)}."

    def disclosure(self) -> str:
        """What the words share, and among how many possibilities."""
        return (
            f"In every task, the word to find or to reach {self.theme}; it is one of "
            f"{len(self.choices)} possibilities."
        )

    def hint(self) -> str:
        """That there may be a property."""
        return "The words to find or to reach may share a property of their letters or meaning."

    # ---- refusals

    def _shortage(self, core_envs: tuple[AnyCoreEnv, ...]) -> str:
        """How many words each game has, for the value that comes closest."""
        counts = {
            value: [(use_of(game).name, len(self.members(game, value))) for game in core_envs]
            for value in (self.choices if self.value is None else (self.value,))
        }
        closest = max(counts, key=lambda value: min(count for _, count in counts[value]))
        listed = ", ".join(f"{count} of {name}" for name, count in counts[closest])
        which = "no value leaves" if self.value is None else f"{self.value} does not leave"
        rescue = "another value, or other games"
        if any(getattr(game, "pool", LARGER_POOL) != LARGER_POOL for game in core_envs):
            rescue = f"?env.pool={LARGER_POOL}"
        return (
            f"{self.family}: {which} the {self.min_pool} words that every game needs; {closest} "
            f"leaves {listed}. Use {rescue}."
        )
