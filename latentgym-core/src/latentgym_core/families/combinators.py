"""Latents made of latents: `alternating`, `cyclic`, `progressive`, and fixed lists of tasks."""

import json
import random
from pathlib import Path
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from latentgym_core.contract.latent import AnyCoreEnv, Latent, TaskContext
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.records.serial import from_data


@frozen(kw_only=True)
class Cyclic(Latent[tuple[Any, ...]]):
    """Task e follows part e mod m of m latents, each with a z of its own.

    Attributes:
        of: The parts, at least two. In an id: their names joined by `+`.
    """

    family: ClassVar[str] = "cyclic"
    z_type: ClassVar[Any] = list[Any]
    of: tuple[Latent[Any], ...] = field()

    @of.validator
    def _check(self, _: Any, parts: tuple[Latent[Any], ...]) -> None:
        if len(parts) < 2:
            raise SpecError(
                f"{self.family} needs at least two latents, as in "
                f"?latent.of=set_of_2+range_100; it got {len(parts)}."
            )

    @property
    def components(self) -> tuple[Latent[Any], ...]:
        """The latents that take turns."""
        return self.of

    def part(self, context: TaskContext) -> int:
        """Which part the task of this context follows."""
        return context.index % len(self.of)

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> tuple[Any, ...]:
        """One z for each part, in order."""
        return tuple(part.draw(core_envs, rng) for part in self.of)

    def task(self, z: tuple[Any, ...], context: TaskContext, rng: random.Random) -> Any:
        """A task of the part whose turn it is; it sees that part's earlier tasks alone."""
        chosen = self.part(context)
        return self.of[chosen].task(z[chosen], self._local(context), rng)

    def z_from_data(self, data: Any) -> tuple[Any, ...]:
        """Each part reads its own."""
        return tuple(part.z_from_data(each) for part, each in zip(self.of, data, strict=True))

    def describe(self, z: tuple[Any, ...]) -> str:
        """Every part's z, and which tasks follow it."""
        said = [f"({i + 1}) {part.describe(z[i])}" for i, part in enumerate(self.of)]
        return f"{self._order()} {' '.join(said)}"

    def disclosure(self) -> str:
        """Every part's family, and which tasks follow it."""
        said = [f"({i + 1}) {part.disclosure()}" for i, part in enumerate(self.of)]
        return f"{self._order()} {' '.join(said)}"

    def log_prob(self, task: Any, z: tuple[Any, ...], context: TaskContext) -> float:
        """The chosen part's likelihood."""
        chosen = self.part(context)
        return self.of[chosen].log_prob(task, z[chosen], self._local(context))

    def _order(self) -> str:
        return f"The tasks follow {len(self.of)} regularities in turn, one task each:"

    def _local(self, context: TaskContext) -> TaskContext:
        mine = [
            i
            for i in range(context.index)
            if self.part(evolve(context, index=i)) == self.part(context)
        ]
        return evolve(context, index=len(mine), history=tuple(context.history[i] for i in mine))


@frozen(kw_only=True)
class Alternating(Cyclic):
    """Two latents take turns: even tasks follow the first, odd tasks the second."""

    family: ClassVar[str] = "alternating"

    def __attrs_post_init__(self) -> None:
        if len(self.of) != 2:
            raise SpecError(f"alternating takes two latents, not {len(self.of)}; see cyclic.")


@frozen(kw_only=True)
class Progressive(Cyclic):
    """The sequence is cut into m blocks of (nearly) equal length; block j follows latent j."""

    family: ClassVar[str] = "progressive"
    uses_horizon: ClassVar[bool] = True

    def part(self, context: TaskContext) -> int:
        """Block of this task: floor(e * m / N)."""
        return min(context.index * len(self.of) // context.num_tasks, len(self.of) - 1)

    def _order(self) -> str:
        return f"The sequence falls into {len(self.of)} blocks, each with its own regularity:"


def _configurations(given: Any) -> tuple[dict[str, Any], ...]:
    if not isinstance(given, str):
        return tuple(given)
    try:
        text = given if given.lstrip().startswith("[") else Path(given).read_text("utf-8")
        parsed = json.loads(text)
    except (OSError, ValueError) as error:
        raise SpecError(f"fixed_list: {given!r} is no JSON list of tasks ({error}).") from error
    if not isinstance(parsed, list) or not all(isinstance(each, dict) for each in parsed):
        raise SpecError("fixed_list: the JSON must be a list of objects, one for each task.")
    return tuple(parsed)


@frozen(kw_only=True)
class FixedList(Latent[None]):
    """A given list of tasks, played in order and from the start again when it is used up.

    Attributes:
        tasks: Task configurations: JSON text of a list of objects, or the path of such a file.
    """

    family: ClassVar[str] = "fixed_list"
    z_type: ClassVar[Any] = type(None)
    law_is_known: ClassVar[bool] = False
    tasks: tuple[dict[str, Any], ...] = field(converter=_configurations)

    @tasks.validator
    def _check(self, _: Any, tasks: tuple[dict[str, Any], ...]) -> None:
        if not tasks:
            raise EnvError("fixed_list holds 0 tasks; it needs at least one.")

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> None:
        """Nothing is drawn."""
        del core_envs, rng

    def task(self, z: None, context: TaskContext, rng: random.Random) -> Any:
        """Task e of the list."""
        del z, rng
        configuration = self.tasks[context.index % len(self.tasks)]
        return from_data(context.core_env.task_type, configuration, strict=True)

    def describe(self, z: None) -> str:
        """That the list is given."""
        del z
        return f"The tasks are a given list of {len(self.tasks)}, played in order."

    def log_prob(self, task: Any, z: None, context: TaskContext) -> float:
        """0 for the listed task, `-inf` for any other."""
        listed = self.task(z, context, random.Random(0))
        return 0.0 if task == listed else float("-inf")
