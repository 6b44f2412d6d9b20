"""Latent families under which some or all buttons can be the best, independently in each task."""

import random
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_core.errors import EnvError, SpecError
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.bandit_latent import (
    BanditLatent,
    check_index,
    num_buttons_of,
    place,
    uniform_on,
)
from latentgym_envs.bandits.rates import Rates
from latentgym_envs.bandits.task import Last

Pays = tuple[float, float]


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % factor for factor in range(2, number))


NAMED: Mapping[str, Callable[[int], bool]] = MappingProxyType(
    {"even": lambda i: i % 2 == 0, "odd": lambda i: i % 2 == 1, "prime": _is_prime}
)


def _members(given: Any) -> Any:
    """Read places joined by `+`; names, and what is no text, stay as they are."""
    if type(given) is int:
        return (given,)
    if not isinstance(given, str) or not given or given in NAMED:
        return given
    try:
        return tuple(int(each) for each in given.split("+"))
    except ValueError:
        raise SpecError(
            f"members is {given!r}; it must be places joined by '+', as in 0+1 or 0+-1, or one "
            f"of {', '.join(NAMED)}."
        ) from None


def _in_order(buttons: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(buttons))


@frozen
class Members:
    """A subset of the buttons.

    Attributes:
        buttons: Their indices in the order they were drawn, which decides what the stream of a
            task picks (as in published sequences) but makes no other difference.
    """

    buttons: tuple[int, ...] = field(eq=_in_order)


@frozen(kw_only=True)
class Subset(BanditLatent[Members]):
    """z is a subset of the buttons; any member is the best of a task.

    Attributes:
        members: Places joined by `+`, from 0, or from -1 backwards; or `even`, `odd` or `prime`
            places. Empty: drawn once per sequence.
        size: Size of a drawn subset.
        runner_up: Success probability of the members that are not the best; 0: the usual one.
    """

    family: ClassVar[str] = "subset"
    z_type: ClassVar[Any] = Members

    members: str | tuple[int, ...] = field(default="", converter=_members)
    size: int = field(default=2, validator=whole_number(1))
    runner_up: float = field(default=0.0, validator=fraction)

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> Members:
        """The fixed subset, or `size` of the buttons without replacement."""
        num_buttons = num_buttons_of(core_envs)
        if self.members:
            members = self._fixed(num_buttons)
            if len(set(members)) < len(members):
                raise EnvError(f"members={self.members} names a button twice.")
            return Members(members)
        if self.size > num_buttons:
            raise EnvError(f"There are no {self.size} buttons to draw: there are {num_buttons}.")
        return Members(tuple(rng.sample(range(num_buttons), self.size)))

    def opened(self) -> "Subset":
        """Any subset of that size; a named one is as large as the game has such places."""
        if isinstance(self.members, str):
            return self  # the values are all subsets of its size, which depends on the game
        return evolve(self, members="", size=len(self.members))

    def winner_law(self, z: Members, index: int, num_buttons: int, last: Last) -> list[float]:
        """Uniform on the members."""
        del index, last
        return uniform_on(z.buttons, num_buttons)

    def winner(
        self, z: Members, index: int, num_buttons: int, last: Last, rng: random.Random
    ) -> int:
        """Any member."""
        del index, num_buttons, last
        return rng.choice(z.buttons)

    def rates(self, z: Members, best: int, game: Bandits) -> Rates:
        """The usual ones, and `runner_up` for the members that are not the best."""
        return with_runners_up(game.rates(best), z.buttons, best, self.runner_up)

    def values(self, num_buttons: int) -> list[Members]:
        """Every subset of that size."""
        size = len(self._fixed(num_buttons)) if self.members else self.size
        return [Members(each) for each in combinations(range(num_buttons), size)]

    def describe(self, z: Members) -> str:
        """The members."""
        listed = " or ".join(place(button) for button in sorted(z.buttons))
        return f"The best button is always {listed}.{self._note()}"

    def disclosure(self) -> str:
        """That it is a subset, and its size where the parameters tell it."""
        few = "a few" if isinstance(self.members, str) and self.members else str(self.size)
        if isinstance(self.members, tuple):
            few = str(len(self.members))
        return (
            f"Only {few} of the buttons are ever the best, always the same ones; each of them is "
            f"equally likely to be it in a task.{self._note()}"
        )

    def _note(self) -> str:
        others = f" Those of them that are not pay with probability {self.runner_up}."
        return others if self.runner_up else ""

    def _fixed(self, num_buttons: int) -> tuple[int, ...]:
        if isinstance(self.members, tuple):
            return tuple(check_index(each, num_buttons) for each in self.members)
        # Too few buttons have no such place; the published rule then takes the first.
        return tuple(filter(NAMED[self.members], range(num_buttons))) or (0,)


@frozen(kw_only=True)
class Payoff(BanditLatent[Pays]):
    """z is the success probability of the best button and that of all others; any is the best.

    There is one value of z, so nothing has to be found out but in each task which button it is.

    Attributes:
        p_best: Success probability of the best button.
        p_other: Success probability of all others, less than `p_best`.
    """

    family: ClassVar[str] = "payoff"
    z_type: ClassVar[Any] = Pays

    p_best: float = field(default=1.0, converter=float, validator=fraction)
    p_other: float = field(default=0.0, converter=float, validator=fraction)

    def __attrs_post_init__(self) -> None:
        if not self.p_other < self.p_best:
            raise SpecError(f"p_other={self.p_other} is not less than p_best={self.p_best}.")

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> Pays:
        """The two values; nothing is drawn."""
        del core_envs, rng
        return self.p_best, self.p_other

    def winner_law(self, z: Pays, index: int, num_buttons: int, last: Last) -> list[float]:
        """Uniform."""
        del z, index, last
        return uniform_on(range(num_buttons), num_buttons)

    def rates(self, z: Pays, best: int, game: Bandits) -> Rates:
        """One value for the best and one for the others."""
        p_best, p_other = z
        others = [(p_other, p_other)] * len(game.buttons)
        others[best] = (p_best, p_best)
        return tuple(others)

    def draw_probabilities(
        self, z: Pays, best: int, game: Bandits, rng: random.Random
    ) -> list[float]:
        """Nothing is drawn."""
        del rng
        return [value for value, _ in self.rates(z, best, game)]

    def values(self, num_buttons: int) -> tuple[Pays, ...]:
        """The one there is."""
        del num_buttons
        return ((self.p_best, self.p_other),)

    def describe(self, z: Pays) -> str:
        """The two values."""
        return (
            f"The best button pays with probability {z[0]} and every other with {z[1]}; any "
            f"button can be the best of a task."
        )

    def disclosure(self) -> str:
        """That there are two values."""
        return (
            "The best button has the same success probability in every task, and all other "
            "buttons share another one; any button can be the best of a task."
        )


def with_runners_up(usual: Rates, members: Sequence[int], best: int, runner_up: float) -> Rates:
    """The law in which members that are not the best pay with probability `runner_up`, if any.

    Raises:
        EnvError: They would pay as much as the best.
    """
    if runner_up >= usual[best][0]:
        raise EnvError(
            f"runner_up={runner_up} is not below {usual[best][0]}, the least probability of the "
            f"best button."
        )
    return tuple(
        (runner_up, runner_up) if runner_up and button in members and button != best else rate
        for button, rate in enumerate(usual)
    )
