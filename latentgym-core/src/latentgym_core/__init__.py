"""LatentGym: measure and train cross-task experiential learning.

An agent plays a sequence of N related tasks that share a hidden latent z. `import latentgym_core
as lg` is cheap: every name below is imported on first use::

    env = lg.make("number_guessing/set_of_3/no_info/standard/ep10")
    messages = env.reset(seed=0)
    answer = env.step("[500]")
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from latentgym_core.agents.agent_string import make_agent
    from latentgym_core.agents.base import Agent, AgentContext, Player, Reply
    from latentgym_core.core_env import CoreEnv, Facts, StepResult
    from latentgym_core.env_id import EnvId
    from latentgym_core.environment import Environment, build_environment
    from latentgym_core.errors import EnvError, LatentGymError, SpecError
    from latentgym_core.feedback import Feedback, TaskReport
    from latentgym_core.hookspecs import hookimpl
    from latentgym_core.latent import AnyCoreEnv, Latent, TaskContext
    from latentgym_core.make import make
    from latentgym_core.prompt import Prompt, Scene
    from latentgym_core.registry import Registry, load_registry
    from latentgym_core.rollout import play
    from latentgym_core.seeding import chance
    from latentgym_core.sequence_env import Budget, SequenceEnv, StepReturn
    from latentgym_core.specs import (
        AgentSpec,
        CommandSpec,
        CoreEnvSpec,
        FeedbackSpec,
        LatentSpec,
        PromptSpec,
    )
    from latentgym_core.task_sequence import TaskSequence
    from latentgym_core.trajectory import TaskOutcome, Trajectory, TurnRecord, Usage
    from latentgym_core.view import FinishedTask, SequenceView, Truth

_HOMES = {
    "agents.agent_string": ("make_agent",),
    "agents.base": ("Agent", "AgentContext", "Player", "Reply"),
    "core_env": ("CoreEnv", "Facts", "StepResult"),
    "env_id": ("EnvId",),
    "environment": ("Environment", "build_environment"),
    "errors": ("EnvError", "LatentGymError", "SpecError"),
    "feedback": ("Feedback", "TaskReport"),
    "hookspecs": ("hookimpl",),
    "latent": ("AnyCoreEnv", "Latent", "TaskContext"),
    "make": ("make",),
    "prompt": ("Prompt", "Scene"),
    "registry": ("Registry", "load_registry"),
    "rollout": ("play",),
    "seeding": ("chance",),
    "sequence_env": ("Budget", "SequenceEnv", "StepReturn"),
    "specs": (
        "AgentSpec",
        "CommandSpec",
        "CoreEnvSpec",
        "FeedbackSpec",
        "LatentSpec",
        "PromptSpec",
    ),
    "task_sequence": ("TaskSequence",),
    "trajectory": ("TaskOutcome", "Trajectory", "TurnRecord", "Usage"),
    "view": ("FinishedTask", "SequenceView", "Truth"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 - exactly the names of the table above


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME_OF])
