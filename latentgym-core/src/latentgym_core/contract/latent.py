"""The latent contract: a parametric family of hidden structures that tasks of a sequence share."""

import math
import random
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from attrs import frozen

from latentgym_core.contract.core_env import CoreEnv, Facts
from latentgym_core.records.serial import from_data

if TYPE_CHECKING:
    from latentgym_core.contract.beliefs import Beliefs, Law
    from latentgym_core.contract.told import FinishedTask, Upcoming

ZT = TypeVar("ZT")
AnyCoreEnv = CoreEnv[Any, Any]


@frozen
class TaskContext:
    """Where in the sequence a task is drawn.

    Attributes:
        core_env: The game of this task.
        core_env_name: Its registered name.
        index: Task index e, from 0.
        num_tasks: Horizon N.
        history: Earlier tasks of the sequence, never the agent's moves.
    """

    core_env: AnyCoreEnv
    core_env_name: str
    index: int
    num_tasks: int
    history: tuple[Any, ...]


class Latent(ABC, Generic[ZT]):
    """A family. Subclasses are `attrs.frozen(kw_only=True)`; their fields are hyperparameters.

    `family` names the law and enters the seed; presets of one family with equal hyperparameters
    draw equal sequences. `z_type` is an attrs record or a plain JSON type.
    """

    family: ClassVar[str]
    z_type: ClassVar[Any]
    uses_horizon: ClassVar[bool] = False
    """Whether tasks depend on N; otherwise a longer sequence begins with the shorter one."""
    spans_games: ClassVar[bool] = False
    """Whether it is meant for mixed sequences, so that nobody expects it in those of one game."""
    law_is_known: ClassVar[bool] = True
    """Whether tasks are drawn by a law; False where they are a given list, which tells nothing."""

    @property
    def components(self) -> "tuple[Latent[Any], ...]":
        """The latents that take turns in a combinator; empty for any other latent."""
        return ()

    def part(self, context: TaskContext) -> int:
        """Which component a task follows; it depends on its index and the horizon alone."""
        del context
        return 0

    @property
    def uses_history(self) -> bool:
        """Whether a task depends on earlier tasks, given z and its index; False is a promise."""
        return True

    @abstractmethod
    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> ZT:
        """Draw z, once per sequence.

        Args:
            core_envs: The games of the sequence, one unless it is mixed.
            rng: Stream of this draw alone.

        Raises:
            EnvError: The hyperparameters leave nothing to draw from (says the count).
        """

    @abstractmethod
    def task(self, z: ZT, context: TaskContext, rng: random.Random) -> Any:
        """Draw one task given z, from a stream of its own."""

    @abstractmethod
    def describe(self, z: ZT) -> str:
        """The value z in words, as a clause: `the hidden number is always 137 or 793`."""

    def hint(self) -> str:
        """What `some_info` may say beyond its own words; empty for nothing."""
        return ""

    def disclosure(self) -> str:
        """What `full_info` says, as a clause: the family and its size, never z itself."""
        return self.hint()

    def z_from_data(self, data: Any) -> ZT:
        """Read z back from the JSON-able data of a record."""
        value: ZT = from_data(self.z_type, data)
        return value

    # ---- optional, for exact inference about z

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> Iterable[tuple[ZT, float]] | None:
        """Every (z, log prior) that the visible facts of task 1 allow; None if not enumerable."""
        del core_envs, visible
        return None

    def num_values(self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts) -> int | None:
        """How many values z may take given the visible facts of task 1; None if not countable."""
        values = self.support(core_envs, visible)
        return None if values is None else sum(1 for _ in values)

    def log_prob(self, task: Any, z: ZT, context: TaskContext) -> float:
        """Natural log of P(task | z, earlier tasks); `-inf` for an impossible task.

        By default it is looked up in `task_support`.
        """
        support = self.task_support(z, context)
        if support is None:
            kind = type(self).__name__
            raise NotImplementedError(f"{kind} gives no likelihood: define log_prob.")
        weight: float = dict(support).get(task, -math.inf)
        return weight

    def opened(self) -> "Latent[Any]":
        """The family with everything left open that `full_info` does not tell.

        A preset may fix z; whoever is told the family alone still has to infer it.
        """
        return self

    def task_support(self, z: ZT, context: TaskContext) -> Iterable[tuple[Any, float]] | None:
        """Every (task, natural log of its probability) given z; None if not enumerable."""
        del z, context
        return None

    def twin(
        self, visible: Facts, z: ZT, context: TaskContext
    ) -> Iterable[tuple[Any, float]] | None:
        """Every task that z can lead to and that looks like a given one.

        By default those of `task_support`. A family whose tasks have a public part of their own
        (a text, a board) that z does not decide makes the same task under another z here.

        Args:
            visible: Public facts of the given task.
            z: The hidden value.
            context: Where it is drawn.

        Returns:
            Tasks with equal `visible` facts, each with the natural log of its probability, up to a
            number that is the same for every z; None if they cannot be listed.
        """
        support, game = self.task_support(z, context), context.core_env
        if support is None:
            return None
        return ((task, weight) for task, weight in support if game.visible(task) == visible)

    def beliefs(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        visible: Facts,
        finished: "tuple[FinishedTask, ...]",
    ) -> "Beliefs | None":
        """A fast and exact posterior over z; None leaves it to the general path.

        Args:
            core_envs: Name to game, the games of the sequence.
            visible: Public facts of task 1.
            finished: The tasks so far; the last may be unfinished (not solved, nothing revealed,
                facts of its turns so far).

        Returns:
            Beliefs whose log evidence is comparable between the families of a core env, and equal
            to that of the general path; no values at all (`listed((), ())`) if the family cannot
            show such a first task.
        """
        del core_envs, visible, finished
        return None

    def foresee(
        self,
        core_envs: Mapping[str, AnyCoreEnv],
        upcoming: "Upcoming",
        finished: "tuple[FinishedTask, ...]",
        z: ZT | None = None,
    ) -> "Law | None":
        """The law of a task's secret, fast and exact; None leaves it to the general path.

        It sums over the same posterior that `beliefs` gives.

        Args:
            core_envs: Name to game, the games of the sequence.
            upcoming: What is public of the task: its visible facts, and its turns so far if the law
                shall go by them. Players usually ask before the first turn, and weigh the secrets
                by their own look at the turns.
            finished: Other tasks that follow this latent and are remembered, in order.
            z: Its value, for a player who is told; None: inferred from `finished`.
        """
        del core_envs, upcoming, finished, z
        return None
