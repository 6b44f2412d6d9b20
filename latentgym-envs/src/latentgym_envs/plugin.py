"""What latentgym-envs registers: the specs that each game folder lists in its own `specs` module.

A new game is one folder with a `specs` module, and its name in `GAMES`. Folders in `SHARED` bring
latents that several games share; they know those games, which know nothing of them.
"""

import importlib
from collections.abc import Iterable
from types import ModuleType

from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import AgentSpec, CoreEnvSpec, LatentSpec, SuiteSpec
from latentgym_envs.suites.specs import SUITES

GAMES = ("number_guessing", "bandits", "secretary", "mastermind", "hangman", "wordle", "wordladder")
SHARED = ("shared.words", "shared.positions")


@hookimpl
def latentgym_register_core_envs() -> Iterable[CoreEnvSpec]:
    """The core envs of every game."""
    return [spec for specs in _specs(GAMES) for spec in specs.CORE_ENVS]


@hookimpl
def latentgym_register_latents() -> Iterable[LatentSpec]:
    """The published presets and the open families of every game, and what games share."""
    return [spec for specs in _specs((*GAMES, *SHARED)) for spec in specs.LATENTS]


@hookimpl
def latentgym_register_agents() -> Iterable[AgentSpec]:
    """The scripted players of every game."""
    return [spec for specs in _specs(GAMES) for spec in specs.AGENTS]


@hookimpl
def latentgym_register_suites() -> Iterable[SuiteSpec]:
    """The named suites."""
    return SUITES


def _specs(folders: Iterable[str]) -> list[ModuleType]:
    return [importlib.import_module(f"latentgym_envs.{folder}.specs") for folder in folders]
