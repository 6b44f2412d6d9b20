"""A small plugin for tests: a core env, a latent and two scripted players."""

import math
import random
import re
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from latentgym_core import (
    AgentSpec,
    AnyCoreEnv,
    CoreEnv,
    CoreEnvSpec,
    Facts,
    Latent,
    LatentSpec,
    Player,
    SequenceView,
    StepResult,
    TaskContext,
    Truth,
    hookimpl,
)

NUMBER = re.compile(r"\[\s*([0-9]{1,3})\s*\]")

# ---- the game


@frozen(kw_only=True)
class DoorsTask:
    """Ground truth of one task: behind which of the doors, numbered from 1, the prize lies."""

    num_doors: int
    prize: int = field()

    @prize.validator
    def _check_prize(self, _: Any, prize: int) -> None:
        if not 1 <= prize <= self.num_doors:
            raise ValueError(f"there is no door {prize} among {self.num_doors}")


@frozen(kw_only=True)
class DoorsState:
    """Where a task stands."""

    task: DoorsTask
    turns: int = 0


@frozen(kw_only=True)
class Doors(CoreEnv[DoorsTask, DoorsState]):
    """Doors are opened one by one until the prize is found.

    Attributes:
        num_doors: Doors to choose from, 2 to 100.
        max_turns: Turns before the task is lost, at least 1.
    """

    task_type: ClassVar[type] = DoorsTask
    bracketed: ClassVar[bool] = True  # `latentgym play` takes 3 for [3]
    num_doors: int = field(default=5)
    max_turns: int = 10

    @num_doors.validator
    def _check_num_doors(self, _: Any, num_doors: int) -> None:
        if not 2 <= num_doors <= 100:
            raise ValueError(f"num_doors is {num_doors}; it may be 2 to 100")

    def rules(self, task: DoorsTask) -> str:
        """What any player is told."""
        return (
            f"A prize lies behind one of {task.num_doors} doors. Open a door by writing its number "
            f"in square brackets, as in [1]. You have {self.max_turns} turns; the fewer you need, "
            f"the higher your score."
        )

    def visible(self, task: DoorsTask) -> Facts:
        """The same, as facts."""
        return {"num_doors": task.num_doors, "max_turns": self.max_turns}

    def start(self, task: DoorsTask, rng_key: int) -> tuple[DoorsState, str]:
        """All doors are closed; nothing is left to chance."""
        del rng_key
        return DoorsState(task=task), "All doors are closed."

    def step(self, state: DoorsState, reply: str) -> tuple[DoorsState, StepResult]:
        """Open a door; the reward is 1 for the first turn, 1/2 for the second, and so on."""
        numbers = [int(text) for text in NUMBER.findall(reply)]
        door = next((each for each in numbers if 1 <= each <= state.task.num_doors), None)
        after = evolve(state, turns=state.turns + 1)
        solved = door == state.task.prize
        return after, StepResult(
            observation=_answer(door, solved=solved),
            done=solved or after.turns >= self.max_turns,
            reward=1 / after.turns if solved else 0.0,
            solved=solved,
            facts={"door": door, "valid": door is not None, "solved": solved},
        )

    def outcome_facts(self, state: DoorsState) -> Facts:
        """What a feedback may use."""
        return {"turns": state.turns}

    def reveal(self, task: DoorsTask) -> str:
        """The ground truth in words."""
        return f"The prize was behind door {task.prize}."

    def sample_task(self, rng: random.Random) -> DoorsTask:
        """A task that no latent shaped."""
        return DoorsTask(num_doors=self.num_doors, prize=rng.randint(1, self.num_doors))

    def demonstrate(self, task: DoorsTask) -> Iterator[str]:
        """Well-formed replies: one door after another."""
        for door in range(1, task.prize + 1):
            yield f"[{door}]"


def _answer(door: int | None, *, solved: bool) -> str:
    if door is None:
        return "That is none of the doors. Write a number in square brackets, as in [1]."
    return f"Behind door {door} lies the prize." if solved else f"Behind door {door} lies nothing."


# ---- what the tasks of a sequence share


@frozen(kw_only=True)
class SameDoor(Latent[int]):
    """z is a door: the prize lies behind it in every task."""

    family: ClassVar[str] = "kit_doors-same_door"
    z_type: ClassVar[Any] = int

    def draw(self, core_envs: tuple[AnyCoreEnv, ...], rng: random.Random) -> int:
        """Any door."""
        return rng.randint(1, _num_doors(core_envs[0]))

    def task(self, z: int, context: TaskContext, rng: random.Random) -> DoorsTask:
        """The prize behind door z."""
        del rng
        return DoorsTask(num_doors=_num_doors(context.core_env), prize=z)

    def describe(self, z: int) -> str:
        """What `oracle_info` says."""
        return f"The prize always lies behind door {z}."

    def disclosure(self) -> str:
        """What `full_info` says."""
        return "The prize lies behind the same door in every task."

    # Optional: with these two, LatentGym infers z exactly.

    def support(
        self, core_envs: tuple[AnyCoreEnv, ...], visible: Facts
    ) -> Iterator[tuple[int, float]]:
        """Every door, equally likely."""
        del core_envs
        count = visible["num_doors"]
        return ((door, -math.log(count)) for door in range(1, count + 1))

    def task_support(self, z: int, context: TaskContext) -> list[tuple[DoorsTask, float]]:
        """The one task there is."""
        return [(DoorsTask(num_doors=_num_doors(context.core_env), prize=z), 0.0)]

    def log_prob(self, task: DoorsTask, z: int, context: TaskContext) -> float:
        """Certain or impossible."""
        del context
        return 0.0 if task.prize == z else -math.inf


def _num_doors(game: AnyCoreEnv) -> int:
    assert isinstance(game, Doors)
    return game.num_doors


# ---- reference players


@frozen(kw_only=True)
class Blind(Player):
    """Opens one door after another and learns nothing from task to task."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next door."""
        del truth, rng
        return f"[{len(view.turns) + 1}]"


@frozen(kw_only=True)
class Oracle(Player):
    """Is told z and uses it."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The door with the prize."""
        del view, rng
        assert truth is not None
        return f"[{truth.z}]"


# ---- what is registered


@hookimpl
def latentgym_register_core_envs() -> Iterable[CoreEnvSpec]:
    """The game."""
    yield CoreEnvSpec(
        name="kit_doors",
        factory="latentgym_kit_doors:Doors",
        summary="Find the prize behind one of several doors.",
        source="The skeleton of `latentgym new`.",
        default_latent="same_door",
    )


@hookimpl
def latentgym_register_latents() -> Iterable[LatentSpec]:
    """What its tasks may share."""
    yield LatentSpec(
        name="same_door",
        core_envs=("kit_doors",),
        factory="latentgym_kit_doors:SameDoor",
        summary="The prize lies behind the same door in every task.",
        source="The skeleton of `latentgym new`.",
        tier="easy",
    )


@hookimpl
def latentgym_register_agents() -> Iterable[AgentSpec]:
    """Who plays it, for comparison."""
    yield AgentSpec(
        name="scripted/blind",
        core_envs=("kit_doors",),
        factory="latentgym_kit_doors:Blind",
        summary="Opens one door after another.",
    )
    yield AgentSpec(
        name="scripted/oracle",
        core_envs=("kit_doors",),
        factory="latentgym_kit_doors:Oracle",
        summary="Knows which door it is.",
        privileged=True,
    )
