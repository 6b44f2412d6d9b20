"""Latent family `markov`: the best button depends on the task before."""

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from attrs import evolve, field, frozen, validators

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.contract.validators import fraction
from latentgym_envs.bandits.latents.bandit_latent import BanditLatent, uniform_on
from latentgym_envs.bandits.task import Last

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "shadow": "the best button is the one that was the worst in the task before",
        "walk": "the best button is a neighbour of the one before, in the row closed to a ring",
        "avoid_last": "the best button is any but the one before",
        "stay": "the best button mostly stays the same, and else is drawn again from all",
        "mirror": (
            "in every second task the best button is the mirror image, in the row, of the one "
            "before; in the others it is any button"
        ),
        "uniform": "the best button is any, whatever was before",
    }
)


@frozen(kw_only=True)
class Markov(BanditLatent[str]):
    """z is the rule by which the task before leads to the best button; the first one is any.

    The rules: `shadow` (the worst becomes the best), `walk` (one place up or down, in a ring),
    `avoid_last` (any other), `stay` (the same with probability `repeat`, else any, the same
    included), `mirror` (odd tasks e: place K - 1 - i after place i; even ones: any) and `uniform`.

    Attributes:
        kernel: Name of the rule; empty: drawn once per sequence.
        repeat: How often `stay` keeps the best button before it draws again.
    """

    family: ClassVar[str] = "markov"
    z_type: ClassVar[Any] = str
    remembers: ClassVar[bool] = True

    kernel: str = field(default="", validator=validators.in_(("", *MEANINGS)))
    repeat: float = field(default=0.8, validator=fraction)

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> str:
        """The fixed rule, or any."""
        del core_envs
        return self.kernel or rng.choice(tuple(MEANINGS))

    def opened(self) -> "Markov":
        """Any rule."""
        return evolve(self, kernel="")

    def winner_law(self, z: str, index: int, num_buttons: int, last: Last) -> list[float]:
        """As z says."""
        possible = _possible(z, index, num_buttons, last)
        law = uniform_on(possible, num_buttons)
        if z != "stay" or last is None:
            return law
        kept = uniform_on([last[0]], num_buttons)
        return [self.repeat * k + (1 - self.repeat) * p for k, p in zip(kept, law, strict=True)]

    def winner(self, z: str, index: int, num_buttons: int, last: Last, rng: random.Random) -> int:
        """As z says, with the draws of the published generator."""
        if z == "stay" and last is not None and rng.random() < self.repeat:
            return last[0]
        possible = _possible(z, index, num_buttons, last)
        return possible[0] if len(possible) == 1 else rng.choice(possible)

    def values(self, num_buttons: int) -> tuple[str, ...]:
        """Every rule."""
        del num_buttons
        return tuple(MEANINGS)

    def describe(self, z: str) -> str:
        """The rule."""
        often = f" (it stays with probability {self.repeat}, before that draw)"
        return f"After the first task, {MEANINGS[z]}{often if z == 'stay' else ''}."

    def disclosure(self) -> str:
        """Which rules it may be."""
        return (
            f"The task before has to do with which button is the best, by one of these rules: "
            f"{'; '.join(MEANINGS.values())}."
        )


def _possible(z: str, index: int, num_buttons: int, last: Last) -> list[int]:
    """The buttons that a rule chooses from with equal probability."""
    every = list(range(num_buttons))
    if last is None or z in ("stay", "uniform"):
        return every
    best, worst = last
    if z == "shadow":
        return [worst]
    if z == "walk":
        return [(best - 1) % num_buttons, (best + 1) % num_buttons]
    if z == "avoid_last":
        return [button for button in every if button != best]
    return [num_buttons - 1 - best] if index % 2 else every
