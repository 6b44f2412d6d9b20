"""What all latents have in common that rule where in its row the best choice stands."""

import math
import random
from abc import abstractmethod
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Literal, TypeVar

from attrs import field, frozen
from attrs.validators import in_

from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.latent import AnyCoreEnv, TaskContext
from latentgym_core.contract.told import FinishedTask
from latentgym_core.errors import EnvError
from latentgym_core.families.shared import SharedLatent, Weights
from latentgym_envs.common.ordinals import ordinal
from latentgym_envs.shared.positions.games import use_of

Scale = Literal["same", "proportional"]
SCALES = ("same", "proportional")
MAX_SUPPORT = 20_000  # values of z that are listed; keeps exact inference in the milliseconds


@frozen(kw_only=True)
class OnScale:
    """A value of z.

    Attributes:
        of: Places P of the scale.
    """

    of: int


ZT = TypeVar("ZT", bound=OnScale)


@frozen(kw_only=True)
class SharedPlaces(SharedLatent[ZT]):
    """z rules the place of the best button and of the greatest value, on one scale for all games.

    The scale has as many places P as the shortest row of the sequence, counted from 0 (5 where
    usual bandits and usual secretary are mixed). Where a preset fixes z, only the draw is fixed:
    `support`, and with it every Bayesian player, still holds all values of the family possible,
    because nobody tells a player the id.

    Attributes:
        scale: What place i of the scale is in a row of n. `same`: place i, so that in a longer
            row only the first P places are used. `proportional`: the place nearest to
            i (n - 1) / (P - 1), the later of two, so that the first place stays the first and the
            last the last.
    """

    spans_games: ClassVar[bool] = True

    scale: Scale = field(default="same", validator=in_(SCALES))

    @abstractmethod
    def count(self, num_places: int) -> int:
        """How many values the family has on a scale of P places."""

    @abstractmethod
    def values(self, num_places: int) -> Sequence[ZT]:
        """Every one of them, equally likely, in a fixed order."""

    def fits(self, z: ZT) -> bool:
        """Whether z has what a preset fixes."""
        del z
        return True

    @abstractmethod
    def places(self, z: ZT, index: int) -> tuple[int, ...]:
        """Where on the scale the best choice of task `index` can stand, equally likely."""

    # ---- tasks

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> ZT:
        """Any value that has what a preset fixes.

        Raises:
            EnvError: There is none, or there are too many to list; says how many.
        """
        size, values = shortest_row(core_envs), self._listed(core_envs)
        if not values:
            raise EnvError(
                f"{self.family} has {self.count(size):,} values on the {size} places that all rows "
                f"have; it needs at least 1 and at most {MAX_SUPPORT:,}."
            )
        fitting = [z for z in values if self.fits(z)]
        if not fitting:
            raise EnvError(
                f"{self.family}: 0 of its {len(values)} values on the {size} places that all rows "
                f"have fit {self}; places are counted from 0, or from -1 backwards."
            )
        return rng.choice(fitting)

    def task(self, z: ZT, context: TaskContext, rng: random.Random) -> Any:
        """The place, then all else."""
        game = context.core_env
        places = tuple(self.secrets(z, game, context.index))
        place = places[0] if len(places) == 1 else rng.choice(places)
        return use_of(game).draw_task(game, place, rng)

    # ---- inference

    def support(self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts) -> list[tuple[ZT, float]]:
        """Every value that can be drawn, all equally likely, also for a fixed z."""
        del visible
        values = self._listed(core_envs)
        return [(z, -math.log(len(values))) for z in values]

    def log_prob(self, task: Any, z: ZT, context: TaskContext) -> float:
        """Log probability of the best choice's place, plus the log density of the rest."""
        game = context.core_env
        share = self.secrets(z, game, context.index).get(task.best, 0.0)
        return math.log(share) + use_of(game).log_density(game, task) if share else -math.inf

    def secrets(self, z: ZT, core_env: AnyCoreEnv, index: int) -> Weights:
        """The places on the scale, in the game's own row."""
        places, length = self.places(z, index), use_of(core_env).num_places(core_env)
        return {self._in_row(place, z.of, length): 1 / len(places) for place in places}

    def clue(self, core_env: AnyCoreEnv, told: FinishedTask) -> Hashable:
        """As the game tells it."""
        return use_of(core_env).clue(told)

    def likelihood(self, core_env: AnyCoreEnv, clue: Any) -> Weights:
        """As the game tells it."""
        return use_of(core_env).likelihood(core_env, clue)

    def secret_of(self, core_env: AnyCoreEnv, hidden: Any, visible: Facts) -> Hashable:
        """As the game's players look for it."""
        del visible
        return use_of(core_env).secret(core_env, hidden)

    def _listed(self, core_envs: tuple[AnyCoreEnv, ...]) -> Sequence[ZT]:
        size = shortest_row(core_envs)
        return self.values(size) if self.count(size) <= MAX_SUPPORT else ()

    def _in_row(self, place: int, size: int, length: int) -> int:
        if self.scale == "same":
            return place
        return (2 * place * (length - 1) + size - 1) // (2 * (size - 1))

    # ---- texts

    def hint(self) -> str:
        """That there may be a pattern."""
        return "There may be a pattern in where the best choice stands."

    def written(self, place: int, size: int) -> str:
        """A place of the scale in words, as in `the 3rd place`."""
        if self.scale == "same":
            return f"the {ordinal(place)} place"
        if place in (0, size - 1):
            return "the last place" if place else "the first place"
        return f"the place {place / (size - 1):.0%} along the row"

    def note(self) -> str:
        """How places of rows of different lengths compare."""
        how = "their number" if self.scale == "same" else "how far along the row they are"
        return f"Where rows differ in length, places correspond by {how}."


def shortest_row(core_envs: tuple[AnyCoreEnv, ...]) -> int:
    """Places P of the scale."""
    return min(use_of(game).num_places(game) for game in core_envs)


def is_at(place: int, given: int | None, num_places: int) -> bool:
    """Whether a place is the given one, counted from 0 or from -1 backwards; None: any is."""
    return given is None or given in (place, place - num_places)
