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
    from latentgym_core.agents.agent_string import make_agent as make_agent
    from latentgym_core.contract.agent import Agent as Agent
    from latentgym_core.contract.agent import AgentContext as AgentContext
    from latentgym_core.contract.agent import Reply as Reply
    from latentgym_core.contract.core_env import CoreEnv as CoreEnv
    from latentgym_core.contract.core_env import Facts as Facts
    from latentgym_core.contract.core_env import StepResult as StepResult
    from latentgym_core.contract.feedback import Feedback as Feedback
    from latentgym_core.contract.feedback import TaskReport as TaskReport
    from latentgym_core.contract.latent import AnyCoreEnv as AnyCoreEnv
    from latentgym_core.contract.latent import Latent as Latent
    from latentgym_core.contract.latent import TaskContext as TaskContext
    from latentgym_core.contract.player import Player as Player
    from latentgym_core.contract.prompt import Prompt as Prompt
    from latentgym_core.contract.prompt import Scene as Scene
    from latentgym_core.contract.told import FinishedTask as FinishedTask
    from latentgym_core.contract.view import SequenceView as SequenceView
    from latentgym_core.contract.view import Truth as Truth
    from latentgym_core.errors import EnvError as EnvError
    from latentgym_core.errors import LatentGymError as LatentGymError
    from latentgym_core.errors import SpecError as SpecError
    from latentgym_core.errors import WrongTypeError as WrongTypeError
    from latentgym_core.families.shared import SharedLatent as SharedLatent
    from latentgym_core.records.trajectory import Carried as Carried
    from latentgym_core.records.trajectory import TaskOutcome as TaskOutcome
    from latentgym_core.records.trajectory import Trajectory as Trajectory
    from latentgym_core.records.trajectory import TurnRecord as TurnRecord
    from latentgym_core.records.trajectory import Usage as Usage
    from latentgym_core.registry.env_id import EnvId as EnvId
    from latentgym_core.registry.hookspecs import hookimpl as hookimpl
    from latentgym_core.registry.registry import Registry as Registry
    from latentgym_core.registry.registry import load_registry as load_registry
    from latentgym_core.registry.specs import AgentSpec as AgentSpec
    from latentgym_core.registry.specs import CommandSpec as CommandSpec
    from latentgym_core.registry.specs import CoreEnvSpec as CoreEnvSpec
    from latentgym_core.registry.specs import FeedbackSpec as FeedbackSpec
    from latentgym_core.registry.specs import LatentSpec as LatentSpec
    from latentgym_core.registry.specs import PromptSpec as PromptSpec
    from latentgym_core.registry.specs import SuiteSpec as SuiteSpec
    from latentgym_core.runs.config import RunConfig as RunConfig
    from latentgym_core.runs.config import RunEnvironment as RunEnvironment
    from latentgym_core.runs.evaluation import evaluate as evaluate
    from latentgym_core.runs.rollout import play as play
    from latentgym_core.scaffolds.base import Past as Past
    from latentgym_core.scaffolds.base import Scaffold as Scaffold
    from latentgym_core.sequence.drawn import TaskSequence as TaskSequence
    from latentgym_core.sequence.environment import Environment as Environment
    from latentgym_core.sequence.environment import build_environment as build_environment
    from latentgym_core.sequence.seeding import chance as chance
    from latentgym_core.sequence.sequence_env import Budget as Budget
    from latentgym_core.sequence.sequence_env import SequenceEnv as SequenceEnv
    from latentgym_core.sequence.sequence_env import StepReturn as StepReturn
    from latentgym_core.sequence.sequence_env import make as make

_HOMES = {
    "agents.agent_string": ("make_agent",),
    "contract.agent": ("Agent", "AgentContext", "Reply"),
    "contract.core_env": ("CoreEnv", "Facts", "StepResult"),
    "contract.feedback": ("Feedback", "TaskReport"),
    "contract.latent": ("AnyCoreEnv", "Latent", "TaskContext"),
    "contract.player": ("Player",),
    "contract.prompt": ("Prompt", "Scene"),
    "contract.told": ("FinishedTask",),
    "contract.view": ("SequenceView", "Truth"),
    "errors": ("EnvError", "LatentGymError", "SpecError", "WrongTypeError"),
    "families.shared": ("SharedLatent",),
    "records.trajectory": ("Carried", "TaskOutcome", "Trajectory", "TurnRecord", "Usage"),
    "registry.env_id": ("EnvId",),
    "registry.hookspecs": ("hookimpl",),
    "registry.registry": ("Registry", "load_registry"),
    "registry.specs": (
        "AgentSpec",
        "CommandSpec",
        "CoreEnvSpec",
        "FeedbackSpec",
        "LatentSpec",
        "PromptSpec",
        "SuiteSpec",
    ),
    "runs.config": ("RunConfig", "RunEnvironment"),
    "runs.evaluation": ("evaluate",),
    "runs.rollout": ("play",),
    "scaffolds.base": ("Past", "Scaffold"),
    "sequence.drawn": ("TaskSequence",),
    "sequence.environment": ("Environment", "build_environment"),
    "sequence.seeding": ("chance",),
    "sequence.sequence_env": ("Budget", "SequenceEnv", "StepReturn", "make"),
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
