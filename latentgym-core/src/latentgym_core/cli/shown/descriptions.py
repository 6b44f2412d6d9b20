"""What `latentgym show` tells, as JSON-able data."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from latentgym_core.cli.docstrings import attribute_docs
from latentgym_core.cli.entries import entry_data
from latentgym_core.errors import EnvError
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.names import SCRIPTED
from latentgym_core.registry.registry import Registry
from latentgym_core.worth.lookup import known_worth
from latentgym_core.worth.telling import worth_data

if TYPE_CHECKING:
    from latentgym_core.sequence.environment import Environment


def describe_core_env(registry: Registry, name: str) -> dict[str, Any]:
    """A core env, the parameters of its rules, its latents and its scripted players.

    Raises:
        UnknownNameError: There is none of that name.
    """
    entry = registry.core_env(name)
    players = [each for each in registry.agents((name,)) if each.spec.name.startswith(SCRIPTED)]
    return {
        **entry_data(entry),
        "params": describe_parameters(entry.spec.load(), entry.spec.params),
        "latents": [entry_data(each) for each in registry.latents((name,))],
        "players": [entry_data(each) for each in players],
    }


def describe_parameters(
    factory: Callable[..., Any], fixed: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Name, type, default and meaning of the fields of an attrs class.

    Args:
        factory: The class; of any other callable nothing is known.
        fixed: Values that take the place of the class's own defaults.
    """
    if not isinstance(factory, type) or not attrs.has(factory):
        return []
    meanings = attribute_docs(factory)
    return [
        {
            "name": each.name,
            "type": _type_name(each.type),
            "default": fixed.get(each.name, _default(each)),
            "meaning": each.metadata.get("doc") or meanings.get(each.name, ""),
        }
        for each in attrs.fields(factory)
        if each.init
    ]


def describe_environment(
    registry: Registry, env_id: EnvId, seed: int, *, reveal: bool
) -> dict[str, Any]:
    """An environment as an agent meets it, and the ground truth only if asked for.

    Args:
        registry: Where its components are.
        env_id: A full id.
        seed: Which sequence of split `test`.
        reveal: Whether to add `truth`: z, the tasks, and both in words.
    """
    from latentgym_core.sequence.environment import build_environment, hyperparameters
    from latentgym_core.sequence.sequence_env import SequenceEnv

    environment = build_environment(env_id, registry)
    env = SequenceEnv(environment)
    shown: dict[str, Any] = {
        "id": str(env_id),
        "seed": seed,
        "messages": list(env.reset(seed)),
        "feedback_example": _feedback_example(environment),
        "latent": {
            **entry_data(registry.latent(env_id.core_envs, env_id.latent)),
            "family": environment.latent.family,
            "hyperparameters": hyperparameters(environment.latent),
        },
        "worth": worth_data(env_id, known_worth(env_id, registry), registry),
        "versions": dict(environment.versions),
    }
    return shown | ({"truth": _truth(env)} if reveal else {})


def _feedback_example(environment: "Environment") -> str:
    """What the feedback says of a task that the core env plays itself, not of the one shown."""
    from latentgym_core.sequence.sequence_env import SequenceEnv

    env = SequenceEnv(environment)
    env.reset(0, "examples")
    sequence = env.sequence
    game = environment.core_envs[sequence.core_env_names[0]]
    with suppress(EnvError):  # a core env need not show worked turns
        for reply in game.demonstrate(sequence.tasks[0]):
            event = env.step(reply).event
            if event.task_feedback:
                return event.task_feedback
    return ""


def _truth(env: Any) -> dict[str, Any]:
    record, sequence = env.trajectory, env.sequence
    games = [env.environment.core_envs[name] for name in sequence.core_env_names]
    return {
        "z": record.z,
        "z_text": env.environment.latent.describe(sequence.z),
        "tasks": list(record.tasks),
        "task_texts": [game.reveal(task) for game, task in zip(games, sequence.tasks, strict=True)],
    }


def _type_name(kind: Any) -> str:
    """`int` for the class, and an annotation such as a union as it is written."""
    name = kind.__name__ if isinstance(kind, type) else str(kind)
    return name.replace("typing.", "")


def _default(attribute: "attrs.Attribute[Any]") -> Any:
    default: Any = attribute.default
    if default is attrs.NOTHING:
        return None
    computed = isinstance(default, attrs.Factory) and not default.takes_self  # type: ignore[arg-type]
    return default.factory() if computed else default
