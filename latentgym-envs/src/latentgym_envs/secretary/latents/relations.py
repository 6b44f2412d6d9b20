"""Latent family `relation`: earlier values of a task announce its greatest one."""

import math
import random
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from attrs import Attribute, field, frozen

from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.beliefs import FloatArray
from latentgym_core.wording import choices
from latentgym_envs.secretary.clues import Values
from latentgym_envs.secretary.latents.secretary_latent import SecretaryLatent
from latentgym_envs.secretary.likelihood import place_likelihood
from latentgym_envs.secretary.placing import place_top
from latentgym_envs.secretary.task import Task

RELATIONS = ("jump", "decoy", "after_low")
DIP = (0.05, 0.25)
DECOYS, DECOY = 3, (0.7, 0.89)
LOW_SHARE, LOW = 0.7, (0.0, 0.05)
DELAYS = (1, 2)
ROUNDING = 0.0001  # of a shown value
LEAST_VALUES = 6  # for the decoys to come before the second half
WORDS = {
    "jump": "The greatest value always comes right after a value between 0.05 and 0.25.",
    "decoy": "The first 3 values, between 0.7 and 0.89, are decoys: the greatest value is always "
    "in the second half.",
    "after_low": "The greatest value always comes one or two places after a value of at most 0.05.",
}


def _known_relation(_: object, attribute: "Attribute[Any]", value: object) -> None:
    if value is not None and value not in RELATIONS:
        raise SpecError(f"{attribute.name} is {value!r}; allowed are {choices(value, RELATIONS)}")


@frozen(kw_only=True)
class Relation(SecretaryLatent[str]):
    """z is one of three relations between the greatest value and earlier ones.

    `jump`: it follows a value U(.05, .25). `decoy`: values 0..2 are U(.7, .89) and it lies in the
    second half. `after_low`: it comes 1 or 2 places after a value U(0, .05). It gets there by the
    law `raised` of `placing`, which leaves the announcing values as they are.

    Attributes:
        value: Name of the relation; None: one of the three.
    """

    judges_values: ClassVar[bool] = False
    family: ClassVar[str] = "relation"
    z_type: ClassVar[Any] = str

    value: str | None = field(default=None, validator=_known_relation)

    def values(self, num_values: int) -> tuple[str, ...]:
        """The three."""
        del num_values
        return RELATIONS

    def row(self, z: str, context: TaskContext, num_values: int, rng: random.Random) -> list[float]:
        """The values, then what announces the greatest one, then that."""
        del context
        if num_values < LEAST_VALUES:
            raise EnvError(f"relation needs {LEAST_VALUES} values or more, not {num_values}.")
        values = [rng.random() for _ in range(num_values)]
        if z == "jump":
            place = rng.randrange(1, num_values)
            values[place - 1] = rng.uniform(*DIP)
        elif z == "decoy":
            for early in range(DECOYS):
                values[early] = rng.uniform(*DECOY)
            place = rng.randrange(num_values // 2, num_values)
        else:
            low = rng.randrange(int(LOW_SHARE * num_values))
            values[low] = rng.uniform(*LOW)
            place = min(num_values - 1, low + rng.choice(DELAYS))
        return place_top(values, place, "raised")

    def place_evidence(self, zs: Sequence[str], seen: Values, num_values: int) -> FloatArray:
        """By what announces the greatest value, and by how it gets to its place."""
        announced = np.array([evidence(z, seen, num_values) for z in zs])
        return np.asarray(announced * place_likelihood(seen, num_values, self.placing))

    def describe(self, z: str) -> str:
        """The relation in words."""
        return WORDS[z]

    def disclosure(self) -> str:
        """That there is a relation."""
        return (
            "Earlier values of a task announce where its greatest value comes, by one of "
            f"{len(RELATIONS)} possible rules, the same in every task."
        )

    def log_prob(self, task: Task, z: str, context: TaskContext) -> float:
        """Log density, with the greatest value taken as independent of what announces it."""
        del context
        shown, number = task.all_shown, len(task.values)
        announced = evidence(z, shown, number)[task.best]
        density = announced * place_likelihood(shown, number, "raised")[task.best]
        return math.log(density) if density else -math.inf


def evidence(z: str, seen: Sequence[float], num_values: int) -> list[float]:
    """P(place) times the density of the announcing values, relative to uniform ones.

    Args:
        z: The relation.
        seen: The first values of a task.
        num_values: N.

    Returns:
        For each place of the greatest value, shape [N].
    """
    if z == "jump":
        share = 1 / (num_values - 1)
        return [0.0] + [share * _density(seen, k - 1, DIP) for k in range(1, num_values)]
    if z == "decoy":
        half = num_values // 2
        decoys = math.prod(_density(seen, early, DECOY) for early in range(DECOYS))
        return [decoys / (num_values - half) if k >= half else 0.0 for k in range(num_values)]
    weights = [0.0] * num_values
    planted = range(int(LOW_SHARE * num_values))
    for low in planted:
        for delay in DELAYS:
            place = min(num_values - 1, low + delay)
            weights[place] += _density(seen, low, LOW) / len(planted) / len(DELAYS)
    return weights


def _density(seen: Sequence[float], place: int, band: tuple[float, float]) -> float:
    """Density of a planted value; 1 if it is not seen yet."""
    if place >= len(seen):
        return 1.0
    low, high = band
    inside = low - ROUNDING <= seen[place] <= high + ROUNDING
    return 1 / (high - low) if inside else 0.0
