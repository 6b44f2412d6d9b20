"""A plugin for tests of evaluation: a tiny game, and agents that are slow or that fail.

In-process it goes into `Registry.from_plugins`; for subprocesses `install(folder)` makes it a
distribution that is found when `folder` is on the path.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, ClassVar

from attrs import frozen

from latentgym_core.contract.agent import Agent, Reply
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.contract.latent import Latent
from latentgym_core.contract.player import Player
from latentgym_core.errors import ProviderError
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec

NUM_LAMPS = 4


@frozen(kw_only=True)
class Lamp:
    number: int


@frozen(kw_only=True)
class Lamps(CoreEnv[Lamp, tuple[Lamp, int]]):
    """Name the lamp that is lit. `burst` breaks the contract, `smoke` tells what is no JSON."""

    task_type: ClassVar[type] = Lamp

    def rules(self, task):
        return "Name the lamp that is lit."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return (task, 0), "Which lamp?"

    def step(self, state, reply):
        task, wrong = state
        if reply == "burst":
            raise ZeroDivisionError("burst")
        facts = {"valid": True, "reply": object() if reply == "smoke" else reply}
        if reply == str(task.number):
            return state, StepResult("Lit.", True, 1 - wrong / NUM_LAMPS, True, facts)
        wrong += 1
        return (task, wrong), StepResult("Dark.", wrong == NUM_LAMPS, 0.0, False, facts)

    def outcome_facts(self, state):
        return {"wrong": state[1]}

    def reveal(self, task):
        return f"It was {task.number}."


@frozen(kw_only=True)
class AnyLamp(Latent[int]):
    family: ClassVar[str] = "any_lamp"
    z_type: ClassVar[Any] = int

    def draw(self, core_envs, rng):
        return rng.randrange(NUM_LAMPS)

    def task(self, z, context, rng):
        return Lamp(number=rng.randrange(NUM_LAMPS))

    def describe(self, z):
        return f"Nothing follows from {z}."


@frozen(kw_only=True)
class InTurn(Player):
    """Tries the lamps in turn."""

    def act(self, view, truth, rng):
        return str(len(view.turns))


class Steady(Agent):
    """Tries the lamps in turn, each after a delay in seconds; counts who plays at once."""

    def __init__(self, model="", delay=0.0):
        self.delay = delay
        self.playing = 0
        self.most_playing = 0
        self.closed = False
        self.finished = []

    async def reply(self, messages, context):
        self.playing += 1
        self.most_playing = max(self.most_playing, self.playing)
        await asyncio.sleep(self.delay)
        self.playing -= 1
        return Reply(text=str(len(context.view.turns)))

    async def finish(self, session):
        self.finished.append(session)

    async def close(self):
        self.closed = True


class Moody(Steady):
    """Fails in the second task of the seeds that a JSON file names, for as long as it does.

    The file maps a seed to `provider`, `crash`, `exit`, `cancel`, or else to a reply.
    """

    def __init__(self, model):
        super().__init__()
        self.moods = Path(model)

    async def reply(self, messages, context):
        moods = json.loads(self.moods.read_text("utf-8"))
        mood = moods.get(str(context.seed)) if context.view.index == 1 else None
        if mood == "provider":
            raise ProviderError("The server is down.", status_code=503, attempts=4)
        if mood == "crash":
            raise RuntimeError
        if mood == "exit":
            sys.exit("gone")
        if mood == "cancel":
            raise asyncio.CancelledError
        if mood is not None:
            return Reply(text=mood)
        return await super().reply(messages, context)


@hookimpl
def latentgym_register_core_envs():
    yield CoreEnvSpec(name="lamps", factory=Lamps, default_num_tasks=3, default_latent="any_lamp")


@hookimpl
def latentgym_register_latents():
    yield LatentSpec(name="any_lamp", core_envs=("lamps",), factory=AnyLamp)


@hookimpl
def latentgym_register_agents():
    yield AgentSpec(name="scripted/in_turn", core_envs=("lamps",), factory=InTurn)
    yield AgentSpec(name="steady", factory=Steady)
    yield AgentSpec(name="moody", factory=Moody)


def install(folder: Path) -> str:
    """Make this file a distribution under `folder`; returns what PYTHONPATH must be."""
    metadata = folder / "lamps-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: lamps\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[latentgym]\nlamps = lamps\n")
    (folder / "lamps.py").write_text(Path(__file__).read_text("utf-8"), "utf-8")
    return str(folder)
