"""The seven hooks of LatentGym.

A plugin is a module with functions that carry `@hookimpl`; its distribution names the module in
the entry-point group `latentgym`. Each hook takes no argument and returns an iterable of specs.
Importing a plugin module must be cheap: specs name their factories as `"module:Name"` and
their files as `"package:file"`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

from latentgym_core.registry import PROJECT

if TYPE_CHECKING:
    from latentgym_core.registry.specs import (
        AgentSpec,
        CommandSpec,
        CoreEnvSpec,
        FeedbackSpec,
        LatentSpec,
        PromptSpec,
        SuiteSpec,
    )

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# ------------------------------------------------------------------ what is played


@hookspec
def latentgym_register_core_envs() -> Iterable[CoreEnvSpec]:
    """Called once when the registry is built; returns the core envs of this plugin.

    Each record's factory makes a `CoreEnv` from its rule parameters given as keywords::

        @hookimpl
        def latentgym_register_core_envs():
            yield CoreEnvSpec(name="maze", factory="latentgym_maze:Maze", summary="Find the exit.")

    Since: 0.1
    """
    return ()


@hookspec
def latentgym_register_latents() -> Iterable[LatentSpec]:
    """Called once when the registry is built; returns the latents of this plugin.

    Each record names the core envs it makes tasks for, also somebody else's; its factory makes a
    `Latent` from its hyperparameters given as keywords::

        @hookimpl
        def latentgym_register_latents():
            yield LatentSpec(name="same_exit", core_envs=("maze",), factory="latentgym_maze:Exit")

    Since: 0.1
    """
    return ()


# ------------------------------------------------------------------ what an agent is told


@hookspec
def latentgym_register_prompts() -> Iterable[PromptSpec]:
    """Called once when the registry is built; returns the prompt conditions of this plugin.

    Each record's factory makes a `Prompt`; without `core_envs` it serves every core env::

        @hookimpl
        def latentgym_register_prompts():
            yield PromptSpec(name="terse", factory="acme:Terse", summary="Says next to nothing.")

    Since: 0.1
    """
    return ()


@hookspec
def latentgym_register_feedbacks() -> Iterable[FeedbackSpec]:
    """Called once when the registry is built; returns the feedback conditions of this plugin.

    Each record's factory makes a `Feedback`; without `core_envs` it serves every core env::

        @hookimpl
        def latentgym_register_feedbacks():
            yield FeedbackSpec(name="silent", factory="acme:Silent", summary="Says nothing.")

    Since: 0.1
    """
    return ()


# ------------------------------------------------------------------ who plays, and how it is run


@hookspec
def latentgym_register_agents() -> Iterable[AgentSpec]:
    """Called once when the registry is built; returns the agents of this plugin.

    A provider's factory takes `model` and parameters and makes an `Agent`; the factory of a
    `scripted/...` record takes parameters alone and makes a `Player`::

        @hookimpl
        def latentgym_register_agents():
            yield AgentSpec(name="scripted/left", core_envs=("maze",), factory="acme:LeftHand")

    Since: 0.1
    """
    return ()


@hookspec
def latentgym_register_commands() -> Iterable[CommandSpec]:
    """Called once when the registry is built; returns the subcommands of this plugin.

    Each record's factory is a `click.Command`, imported only when it is run::

        @hookimpl
        def latentgym_register_commands():
            yield CommandSpec(name="train", factory="acme.cli:train", summary="Train a policy.")

    Since: 0.1
    """
    return ()


@hookspec
def latentgym_register_suites() -> Iterable[SuiteSpec]:
    """Called once when the registry is built; returns the named suites of this plugin.

    Each record's file is a suite in TOML that lies in the package, read only when it is used::

        @hookimpl
        def latentgym_register_suites():
            yield SuiteSpec(name="acme-quick", file="acme:quick.toml", summary="Two small mazes.")

    Since: 0.1
    """
    return ()
