"""Make a record of ours out of a published recording, as far as the recording goes."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, fields, has

from latentgym_core.contract.latent import AnyCoreEnv
from latentgym_core.errors import EnvError, SpecError
from latentgym_core.recordings.published import PublishedRecording
from latentgym_core.records.serial import to_data
from latentgym_core.records.trajectory import TaskOutcome, Trajectory
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.parameters import Scalar
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec
from latentgym_core.sequence.drawn import TaskSequence
from latentgym_core.sequence.environment import Environment, construct
from latentgym_core.sequence.seeding import PUBLISHED, sequence_streams
from latentgym_core.sequence.stored import environment_for


def adopt(recording: PublishedRecording, registry: Registry) -> Trajectory:
    """Write a published recording as a trajectory, for `replay` to fill.

    Facts and `solved` are left open: a recording holds neither. z is taken from the sequence that
    the core env says regenerates the recorded tasks, if it really does; else z stays None.

    Args:
        recording: What was read.
        registry: The installed plugins.

    Raises:
        UnknownNameError: Its core env, prompt or feedback is not installed.
        EnvError: The core env reads no published tasks.
        SpecError: A task configuration does not fit.
    """
    (core_env,) = recording.env_id.core_envs
    game, rules = _game(registry.core_env(core_env).spec, recording.variant)
    tasks = tuple(_task(game, each, recording.variant) for each in recording.configurations)
    env_id = _with_rules(recording.env_id, {**rules, **_carried_rules(game, tasks)})
    data = tuple(to_data(task) for task in tasks)
    environment = environment_for(env_id, data, registry)
    sequence, regenerated_from = _sequence(environment, game, tasks, recording)
    return Trajectory(
        env_id=str(env_id),
        split=sequence.split,
        seed=sequence.seed,
        reward_type=recording.reward_type,
        agent=recording.agent,
        z=to_data(sequence.z),
        core_envs=sequence.core_env_names,
        tasks=data,
        task_keys=sequence.task_keys,
        opening=recording.opening,
        turns=recording.turns,
        outcomes=tuple(
            TaskOutcome(core_env=core_env, reward=reward, solved=False, turns=turns)
            for reward, turns in zip(recording.rewards, recording.turn_counts, strict=True)
        ),
        truncated="turns" if len(recording.turns) > sum(recording.turn_counts) else None,
        metadata={**recording.metadata, "regenerated_from_seed": regenerated_from},
    )


def _game(spec: CoreEnvSpec, variant: str) -> tuple[AnyCoreEnv, dict[str, Scalar]]:
    """The core env as the variant was played, and the rule parameters that make it so."""
    rules = dict(construct(spec, spec.params).published_rules(variant))
    return construct(spec, {**spec.params, **rules}), rules


def _task(game: AnyCoreEnv, configuration: Mapping[str, Any], variant: str) -> Any:
    try:
        return game.published_task(configuration, variant)
    except (KeyError, TypeError, ValueError) as error:
        raise SpecError(f"The task {dict(configuration)} cannot be read ({error!r}).") from error


def _carried_rules(game: AnyCoreEnv, tasks: tuple[Any, ...]) -> dict[str, Scalar]:
    """Rule parameters that every task repeats, where they are not the core env's own.

    A turn limit, say, may lie in the tasks; the id must name it, or two conditions share an id.
    """
    shared = _field_names(type(game)) & _field_names(game.task_type)
    carried = {}
    for name in sorted(shared):
        value = getattr(tasks[0], name)
        repeated = all(getattr(task, name) == value for task in tasks)
        if repeated and isinstance(value, Scalar) and value != getattr(game, name):
            carried[name] = value
    return carried


def _field_names(kind: type) -> set[str]:
    return {each.name for each in fields(kind)} if has(kind) else set()


def _with_rules(env_id: EnvId, rules: Mapping[str, Scalar]) -> EnvId:
    parameters = {f"env.{name}": value for name, value in rules.items()}
    return evolve(env_id, parameters={**parameters, "sequence.packing": "upstream"})


def _sequence(
    environment: Environment,
    game: AnyCoreEnv,
    tasks: tuple[Any, ...],
    recording: PublishedRecording,
) -> tuple[TaskSequence, int | None]:
    """The recorded tasks with z, if a seed regenerates them, and that seed; else without z."""
    seed = game.published_seed(recording.variant, recording.seed)
    if seed is not None:
        try:
            drawn = environment.sequence(seed, PUBLISHED)
        except EnvError:
            pass
        else:
            if drawn.tasks == tasks:
                return evolve(drawn, seed=recording.seed), seed
    streams = sequence_streams(
        split=PUBLISHED,
        core_envs=environment.id.core_envs,
        family="recorded",
        hyperparameters={},
        seed=recording.seed,
        num_tasks=len(tasks),
    )
    names = environment.id.core_envs * len(tasks)
    keys = tuple(streams.task_key(index) for index in range(len(tasks)))
    return TaskSequence(
        split=PUBLISHED,
        seed=recording.seed,
        z=None,
        core_env_names=names,
        tasks=tasks,
        task_keys=keys,
    ), None
