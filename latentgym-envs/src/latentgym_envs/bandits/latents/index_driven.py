"""Latent families under which z and the number of the task decide which button is the best."""

import random
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from itertools import permutations
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from attrs import evolve, field, frozen, validators

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.validators import fraction
from latentgym_core.errors import EnvError
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.bandit_latent import (
    BanditLatent,
    check_index,
    num_buttons_of,
    place,
    uniform_on,
)
from latentgym_envs.bandits.latents.subsets import with_runners_up
from latentgym_envs.bandits.rates import Rates
from latentgym_envs.bandits.task import Last

ZT = TypeVar("ZT")
MAX_CYCLE = 7  # buttons of which all orders can be listed: 5040


class IndexDriven(BanditLatent[ZT]):
    """A family under which z and the task index name the best button."""

    @abstractmethod
    def best_button(self, z: ZT, index: int, num_buttons: int) -> int:
        """The best button of task `index`."""

    def winner_law(self, z: ZT, index: int, num_buttons: int, last: Last) -> list[float]:
        """All on one button."""
        del last
        return uniform_on([self.best_button(z, index, num_buttons)], num_buttons)


@frozen(kw_only=True)
class Steps:
    """A walk around the buttons.

    Attributes:
        start: Best button of the first task.
        step: How many places further the next one is, from 1 to K - 1.
    """

    start: int
    step: int


@frozen(kw_only=True)
class Stride(IndexDriven[Steps]):
    """z is a start and a step; the best button moves around by that step from task to task.

    Attributes:
        step: Places modulo K, not 0 modulo K; None: drawn once per sequence.
        start: Place of the first best button, from 0, or from -1 backwards; None: drawn.
    """

    family: ClassVar[str] = "stride"
    z_type: ClassVar[Any] = Steps

    step: int | None = None
    start: int | None = None

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> Steps:
        """Start, then step, each fixed or uniform."""
        num_buttons = num_buttons_of(core_envs)
        start = rng.randrange(num_buttons) if self.start is None else self.start
        step = rng.randrange(1, num_buttons) if self.step is None else self.step % num_buttons
        if step == 0:
            raise EnvError(f"step={self.step} leads back to the same of {num_buttons} buttons.")
        return Steps(start=check_index(start, num_buttons), step=step)

    def opened(self) -> "Stride":
        """Any start, any step."""
        return evolve(self, step=None, start=None)

    def best_button(self, z: Steps, index: int, num_buttons: int) -> int:
        """Start plus index times step, around the buttons."""
        return (z.start + z.step * index) % num_buttons

    def values(self, num_buttons: int) -> list[Steps]:
        """Every start with every step."""
        return [
            Steps(start=start, step=step)
            for start in range(num_buttons)
            for step in range(1, num_buttons)
        ]

    def describe(self, z: Steps) -> str:
        """Start and step."""
        further = "1 place" if z.step == 1 else f"{z.step} places"
        return (
            f"The best button of the first task is {place(z.start)}, and from task to task it "
            f"moves {further} forward, around the row of buttons."
        )

    def disclosure(self) -> str:
        """That it moves by a fixed step."""
        return (
            "From task to task the best button moves around the row of buttons by a fixed number "
            "of places, which is never 0; it may start anywhere."
        )


@frozen(kw_only=True)
class Alternate(IndexDriven[tuple[int, int]]):
    """z is two buttons that take turns: the first is best in even tasks, the second in odd ones.

    Attributes:
        first: Place, from 0, or from -1 backwards; None: both are drawn once per sequence.
        second: Place of the other; None: both are drawn.
        runner_up: Success probability of the one whose turn it is not; 0: the usual one.
    """

    family: ClassVar[str] = "alternate"
    z_type: ClassVar[Any] = tuple[int, int]

    first: int | None = None
    second: int | None = None
    runner_up: float = field(default=0.0, validator=fraction)

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> tuple[int, int]:
        """The fixed pair, or any two different buttons."""
        num_buttons = num_buttons_of(core_envs)
        if self.first is None or self.second is None:
            first, second = rng.sample(range(num_buttons), 2)
        else:
            first, second = (check_index(each, num_buttons) for each in (self.first, self.second))
        if first == second:
            raise EnvError("first and second are the same button; see fixed_index.")
        return first, second

    def opened(self) -> "Alternate":
        """Any pair."""
        return evolve(self, first=None, second=None)

    def best_button(self, z: tuple[int, int], index: int, num_buttons: int) -> int:
        """By parity of the index."""
        del num_buttons
        return z[index % 2]

    def rates(self, z: tuple[int, int], best: int, game: Bandits) -> Rates:
        """The usual ones, and `runner_up` for the other of the two."""
        return with_runners_up(game.rates(best), z, best, self.runner_up)

    def values(self, num_buttons: int) -> list[tuple[int, int]]:
        """Every ordered pair."""
        return list(permutations(range(num_buttons), 2))

    def describe(self, z: tuple[int, int]) -> str:
        """The two, in their order."""
        return (
            f"Two buttons take turns at being the best: {place(z[0])} in the first task, "
            f"{place(z[1])} in the second, and so on.{self._note()}"
        )

    def disclosure(self) -> str:
        """That there are two."""
        return (
            f"Two buttons take turns at being the best, from task to task; any two can be it."
            f"{self._note()}"
        )

    def _note(self) -> str:
        waiting = f" The one whose turn it is not pays with probability {self.runner_up}."
        return waiting if self.runner_up else ""


@frozen(kw_only=True)
class Cycle(IndexDriven[tuple[int, ...]]):
    """z is an order of all buttons; they are the best in this order, over and over."""

    family: ClassVar[str] = "cycle"
    z_type: ClassVar[Any] = tuple[int, ...]

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> tuple[int, ...]:
        """Any order."""
        return any_order(num_buttons_of(core_envs), rng)

    def best_button(self, z: tuple[int, ...], index: int, num_buttons: int) -> int:
        """The order, repeated."""
        return z[index % num_buttons]

    def values(self, num_buttons: int) -> Sequence[tuple[int, ...]]:
        """Every order, unless there are too many."""
        return all_orders(num_buttons)

    def describe(self, z: tuple[int, ...]) -> str:
        """The order."""
        listed = ", ".join(place(button) for button in z)
        return f"The best buttons of the tasks are, in turn, {listed}; then it starts over."

    def disclosure(self) -> str:
        """That there is an order."""
        return (
            "The buttons are the best one after the other in a fixed order; when each of them has "
            "been, the order starts over. Any order is possible."
        )


def _fibonacci(index: int) -> int:
    previous, current = 0, 1
    for _ in range(index):
        previous, current = current, previous + current
    return current


def _prime(index: int) -> int:
    found, number = -1, 1
    while found < index:
        number += 1
        found += all(number % factor for factor in range(2, int(number**0.5) + 1))
    return number


NUMBER_SEQUENCES: Mapping[str, Callable[[int], int]] = MappingProxyType(
    {
        "fibonacci": _fibonacci,
        "triangular": lambda index: index * (index + 1) // 2,
        "squares": lambda index: index * index,
        "cubes": lambda index: index**3,
        "powers_of_two": lambda index: 2**index,
        "primes": _prime,
    }
)


@frozen(kw_only=True)
class IndexSequence(IndexDriven[str]):
    """z is a sequence of whole numbers; taken modulo K they are the best buttons.

    The sequences, for e = 0, 1, …: Fibonacci numbers 1, 1, 2, 3, 5, …; triangular numbers
    e(e+1)/2; squares; cubes; powers of two 1, 2, 4, …; primes 2, 3, 5, …

    Attributes:
        rule: Name of the sequence; empty: drawn once per sequence of tasks.
    """

    family: ClassVar[str] = "index_sequence"
    z_type: ClassVar[Any] = str

    rule: str = field(default="", validator=validators.in_(("", *NUMBER_SEQUENCES)))

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> str:
        """The fixed rule, or any."""
        del core_envs
        return self.rule or rng.choice(tuple(NUMBER_SEQUENCES))

    def opened(self) -> "IndexSequence":
        """Any rule."""
        return evolve(self, rule="")

    def best_button(self, z: str, index: int, num_buttons: int) -> int:
        """The number of this index, modulo K."""
        return NUMBER_SEQUENCES[z](index) % num_buttons

    def values(self, num_buttons: int) -> tuple[str, ...]:
        """Every rule that has a name here."""
        del num_buttons
        return tuple(NUMBER_SEQUENCES)

    def describe(self, z: str) -> str:
        """The sequence, and how it leads to buttons."""
        numbers = ", ".join(str(NUMBER_SEQUENCES[z](index)) for index in range(8))
        return (
            f"Count the buttons from 0. The best one of each task is the remainder of {numbers}, "
            f"… ({z.replace('_', ' ')}) divided by the number of buttons."
        )

    def disclosure(self) -> str:
        """Which sequences it may be."""
        listed = ", ".join(name.replace("_", " ") for name in NUMBER_SEQUENCES)
        return (
            f"Count the buttons from 0. The best ones of the tasks are the remainders of a "
            f"well-known sequence of numbers divided by the number of buttons; it is one of: "
            f"{listed}."
        )


def any_order(num_buttons: int, rng: random.Random) -> tuple[int, ...]:
    """A random permutation, drawn as the published generator does."""
    order = list(range(num_buttons))
    rng.shuffle(order)
    return tuple(order)


def all_orders(num_buttons: int) -> Sequence[tuple[int, ...]]:
    """Every permutation; empty if there are more than of `MAX_CYCLE` buttons."""
    return list(permutations(range(num_buttons))) if num_buttons <= MAX_CYCLE else ()
