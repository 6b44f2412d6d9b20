"""Families that rule where the greatest value stands."""

import math
import random
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
from attrs import Attribute, field, frozen

from latentgym_core.contract.latent import TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.families.beliefs import FloatArray
from latentgym_core.wording import choices
from latentgym_envs.secretary.clues import Values
from latentgym_envs.secretary.latents.secretary_latent import SecretaryLatent
from latentgym_envs.secretary.likelihood import place_likelihood
from latentgym_envs.secretary.placing import TOPS, Top, place_top
from latentgym_envs.secretary.task import Task

ZT = TypeVar("ZT")
Places = tuple[int, ...]


def known_top(_: object, attribute: "Attribute[Any]", value: object) -> None:
    """An attrs validator for the law of the greatest value."""
    if value not in TOPS:
        raise SpecError(f"{attribute.name} is {value!r}; allowed are {choices(value, TOPS)}")


def places_from(value: Any) -> Any:
    """`"2,5,8"` as (2, 5, 8), a list as a tuple; anything else as it is."""
    if isinstance(value, str):
        parts = [part.strip() for part in value.split(",")]
        return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else value
    return tuple(value) if isinstance(value, list) else value


@frozen(kw_only=True)
class PositionLatent(SecretaryLatent[ZT]):
    """Values are independent and uniform over 0..1; z rules where the greatest one stands.

    Attributes:
        top: How the greatest value gets there, see `placing`.
    """

    rules_places: ClassVar[bool] = True
    judges_values: ClassVar[bool] = False

    top: Top = field(default="exchanged", validator=known_top)

    @abstractmethod
    def places(self, z: ZT, index: int, previous: int, num_values: int) -> Places:
        """Where the greatest value can stand; listed places are equally likely, with repeats.

        Args:
            z: The hidden value.
            index: Task index e, from 0.
            previous: Place in the task before; any number if e = 0.
            num_values: Values per task, N.
        """

    @property
    def placing(self) -> Top:
        """As `top` says."""
        return self.top

    def place_law(self, z: ZT, index: int, previous: int, num_values: int) -> FloatArray:
        """How often each place is listed."""
        places = self.places(z, index, previous, num_values)
        return np.asarray(np.bincount(places, minlength=num_values) / len(places))

    def place_evidence(self, zs: Sequence[ZT], seen: Values, num_values: int) -> FloatArray:
        """By how the greatest value gets to its place; the same for every z."""
        del zs
        return place_likelihood(seen, num_values, self.top)

    def row(self, z: ZT, context: TaskContext, num_values: int, rng: random.Random) -> list[float]:
        """The values first, then the place: the order of the published generator."""
        values = [rng.random() for _ in range(num_values)]
        places = self.places(z, context.index, _previous(context), num_values)
        place = places[0] if len(places) == 1 else rng.choice(places)
        return place_top(values, place, self.top)

    def log_prob(self, task: Task, z: ZT, context: TaskContext) -> float:
        """Log of P(place of the greatest value) times the density of the values, as shown."""
        num_values = len(task.values)
        places = self.places(z, context.index, _previous(context), num_values)
        share = places.count(task.best) / len(places)
        density = place_likelihood(task.all_shown, num_values, self.top)[task.best]
        return math.log(share * density) if share * density else -math.inf


def check_places(family: str, places: Sequence[int], num_values: int) -> Places:
    """Return places of a row.

    Raises:
        EnvError: There are none, or one lies outside.
    """
    if not places or not all(0 <= place < num_values for place in places):
        fitting = sum(0 <= place < num_values for place in places)
        raise EnvError(
            f"{family}: {fitting} of the {len(places)} places {tuple(places)} lie among "
            f"{num_values} values (0 to {num_values - 1}); all must, and at least one."
        )
    return tuple(places)


def _previous(context: TaskContext) -> int:
    """Place of the greatest value in the latest earlier secretary task."""
    for task in reversed(context.history):
        if isinstance(task, Task):
            return task.best
    return 0
