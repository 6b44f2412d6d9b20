"""What latentgym-envs registers: the specs that each game folder lists in its own `specs` module.

A new game is one folder with a `specs` module, and its name in `GAMES`.
"""

import importlib
from collections.abc import Iterable
from types import ModuleType

from latentgym_core.hookspecs import hookimpl
from latentgym_core.specs import AgentSpec, CoreEnvSpec, LatentSpec

GAMES = ("number_guessing", "bandits", "secretary", "mastermind", "hangman", "wordle", "wordladder")


@hookimpl
def latentgym_register_core_envs() -> Iterable[CoreEnvSpec]:
    """The core envs of every game."""
    return [spec for specs in _specs() for spec in specs.CORE_ENVS]


@hookimpl
def latentgym_register_latents() -> Iterable[LatentSpec]:
    """The published presets and the open families of every game."""
    return [spec for specs in _specs() for spec in specs.LATENTS]


@hookimpl
def latentgym_register_agents() -> Iterable[AgentSpec]:
    """The scripted players of every game."""
    return [spec for specs in _specs() for spec in specs.AGENTS]


def _specs() -> list[ModuleType]:
    return [importlib.import_module(f"latentgym_envs.{game}.specs") for game in GAMES]
