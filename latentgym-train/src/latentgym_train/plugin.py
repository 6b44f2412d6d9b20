"""What latentgym-train registers: its command, and the trained agents that come with it."""

from collections.abc import Iterable

from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import AgentSpec, CommandSpec


@hookimpl
def latentgym_register_commands() -> Iterable[CommandSpec]:
    """`latentgym train`."""
    return (
        CommandSpec(
            name="train",
            factory="latentgym_train.command:command",
            summary="Train a policy on sequences of related tasks.",
        ),
    )


@hookimpl
def latentgym_register_agents() -> Iterable[AgentSpec]:
    """Three small language models, of one comparison."""
    module = "latentgym_train.embedded"
    return (
        AgentSpec(
            name="local/tiny-base",
            factory=f"{module}:tiny_base",
            summary="A tiny model that plays number guessing; imitation alone.",
        ),
        AgentSpec(
            name="local/tiny-single-task",
            factory=f"{module}:tiny_single_task",
            summary="The same after RL on single tasks; it does not adapt.",
        ),
        AgentSpec(
            name="local/tiny-cross-task",
            factory=f"{module}:tiny_cross_task",
            summary="The same after RL on whole sequences; it adapts from task to task.",
        ),
    )
