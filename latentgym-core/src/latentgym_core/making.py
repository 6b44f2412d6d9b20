"""One call from an id to a sequence that can be played."""

from latentgym_core.environment import build_environment
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.sequence_env import Budget, SequenceEnv


def make(
    env_id: str,
    *,
    reward_type: str = "cumulative",
    budget: Budget | None = None,
    registry: Registry | None = None,
) -> SequenceEnv:
    """Make a sequence env; call `reset(seed)` to begin.

    Args:
        env_id: `core_env[/latent[/prompt[/feedback[/epN]]]][?parameters]`; parts left out take
            the core env's defaults.
        reward_type: `cumulative`, `terminal`, `improvement` or `per_task`.
        budget: Limits on the whole sequence.
        registry: Defaults to the installed plugins.

    Raises:
        UnknownNameError: A name is not registered.
        SpecError: The id or a parameter is malformed.
    """
    registry = registry or load_registry()
    environment = build_environment(registry.complete(env_id), registry)
    return SequenceEnv(environment, reward_type=reward_type, budget=budget)
