"""What the plugin registers. Imports nothing of its own: every factory is loaded on first use."""

from collections.abc import Iterable

from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import (
    AgentSpec,
    CoreEnvSpec,
    FeedbackSpec,
    LatentSpec,
    SuiteSpec,
    reference_players,
)

SOURCE = "Made for LatentGym as the example of a third-party plugin."


@hookimpl
def latentgym_register_core_envs() -> Iterable[CoreEnvSpec]:
    """The game."""
    yield CoreEnvSpec(
        name="maze",
        factory="latentgym_maze.maze:Maze",
        summary="Find the exit of a maze, seeing one room at a time.",
        source=SOURCE,
        default_latent="same_exit",
        worth="latentgym_maze:worth.csv",
    )


@hookimpl
def latentgym_register_latents() -> Iterable[LatentSpec]:
    """Two presets of one family, and the family itself."""
    factory = "latentgym_maze.latents:WanderingExit"
    yield LatentSpec(
        name="same_exit",
        core_envs=("maze",),
        factory=factory,
        params={"min_step": 0, "max_step": 0},
        summary="The exit lies in the same place in every maze.",
        source=SOURCE,
        tier="easy",
    )
    yield LatentSpec(
        name="rotating_exit",
        core_envs=("maze",),
        factory=factory,
        params={"min_step": 1, "max_step": 7},
        summary="The exit moves clockwise from maze to maze, by a hidden step.",
        source=SOURCE,
        tier="hard",
        structure="index_driven",
    )
    yield LatentSpec(
        name="wandering_exit",
        core_envs=("maze",),
        factory=factory,
        summary="The family of both: a step from latent.min_step to latent.max_step.",
        source=SOURCE,
        structure="index_driven",
        preset=False,
    )


@hookimpl
def latentgym_register_feedbacks() -> Iterable[FeedbackSpec]:
    """A feedback bound to this game; the general ones serve it anyway."""
    yield FeedbackSpec(
        name="map",
        core_envs=("maze",),
        factory="latentgym_maze.feedback:Map",
        summary="Draws the maze and its exit after each task.",
        source=SOURCE,
    )


@hookimpl
def latentgym_register_agents() -> Iterable[AgentSpec]:
    """One class, three players: one that cannot use z, one that infers it, one that is told."""
    return reference_players("maze", "latentgym_maze.players:Walker")


@hookimpl
def latentgym_register_suites() -> Iterable[SuiteSpec]:
    """Both presets."""
    yield SuiteSpec(
        name="mazes",
        file="latentgym_maze:mazes.toml",
        summary="Both hidden rules, ten mazes each.",
        source=SOURCE,
    )
