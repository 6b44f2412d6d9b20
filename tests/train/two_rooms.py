"""A toy whose best policy is known: two tasks, and looking around pays only in the second.

A treasure lies to the left or to the right, in both rooms alike (z). Each room takes one reply:
`look` earns 0 and tells where the treasure lies, `rest` earns 0.1, and the right side earns 1, but
in the first room every side earns 0 and says nothing. So the best sequence is look, then the side:
0 + 1. A player who counts the own task alone rests in the first room: 0.1 + 0.5 by guessing.
"""

from typing import Any, ClassVar

from attrs import frozen

from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.contract.player import Player
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec

ENV = "rooms/treasure/no_info/standard/ep2"
BEST, MYOPIC, RESTING = 1.0, 0.6, 0.1
WORDS = ("look", "rest", "left", "right")


@frozen(kw_only=True)
class Room:
    side: str
    number: int


@frozen(kw_only=True)
class Rooms(CoreEnv[Room, Room]):
    task_type: ClassVar[type] = Room

    def rules(self, task):
        return "A treasure lies on one side of each room."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return task, "Go on."

    def step(self, state, reply):
        valid = reply in WORDS
        reward, told = 0.0, "Nothing."
        if reply == "look":
            told = f"Treasure: {state.side}."
        elif reply == "rest":
            reward = RESTING
        elif state.number > 0 and reply == state.side:
            reward = 1.0
        return state, StepResult(
            told,
            True,
            reward,
            reward == 1.0,
            {"valid": valid, "told": state.side if reply == "look" else None},
        )

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return ""


@frozen(kw_only=True)
class Treasure(Latent[str]):
    family: ClassVar[str] = "treasure"
    z_type: ClassVar[Any] = str

    def draw(self, core_envs, rng):
        return rng.choice(("left", "right"))

    def task(self, z, context, rng):
        return Room(side=z, number=context.index)

    def describe(self, z):
        return f"the treasure lies to the {z}"


@frozen(kw_only=True)
class AnyWord(Player):
    """Says any word, and now and then the side it was told."""

    def act(self, view, truth, rng):
        told = view.history[-1].turns[-1]["told"] if view.history else None
        return told if told and rng.random() < 0.6 else rng.choice(WORDS)


@frozen(kw_only=True)
class Rest(Player):
    """Always rests."""

    def act(self, view, truth, rng):
        return "rest"


@hookimpl
def latentgym_register_core_envs():
    yield CoreEnvSpec(name="rooms", factory=Rooms, default_num_tasks=2, default_latent="treasure")


@hookimpl
def latentgym_register_latents():
    yield LatentSpec(name="treasure", core_envs=("rooms",), factory=Treasure)


@hookimpl
def latentgym_register_agents():
    yield AgentSpec(name="scripted/any_word", core_envs=("rooms",), factory=AnyWord)
    yield AgentSpec(name="scripted/rest", core_envs=("rooms",), factory=Rest)
