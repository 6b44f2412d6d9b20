"""Play many sequences at once: every agent of a run, in every environment, on the same seeds."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from attrs import evolve, frozen

from latentgym_core.agents.agent_string import AgentString, make_agents
from latentgym_core.contract.agent import Agent
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.registry import Registry, load_registry
from latentgym_core.runs.config import Job, RunConfig, fingerprint
from latentgym_core.runs.guard import OnCrash, play_guarded
from latentgym_core.sequence.environment import Environment, build_environment
from latentgym_core.sequence.recording import core_version
from latentgym_core.sequence.sequence_env import Budget, SequenceEnv

OnFinish = Callable[[Trajectory], None]
OnTask = Callable[[Job], None]


@frozen(kw_only=True)
class Stage:
    """A run that is ready to be played: everything that can be wrong with it was checked.

    Attributes:
        config: The run with complete ids, agent strings in normal form, and versions.
        environments: Complete id to loaded environment.
        agents: Agent string to agent; each is made once and shared by all its sequences.
    """

    config: RunConfig
    environments: Mapping[str, Environment]
    agents: Mapping[str, Agent]

    async def close(self) -> None:
        """Release what the agents hold."""
        for agent in self.agents.values():
            with suppress(Exception):  # the results are in; a failing goodbye costs nothing
                await agent.close()


def prepare(config: RunConfig, registry: Registry | None = None) -> Stage:
    """Load every environment and make every agent before anything is played.

    Args:
        config: The run; ids may be partial.
        registry: Defaults to the installed plugins.

    Raises:
        LatentGymError: A name, a parameter or a key is missing or wrong.
    """
    registry = registry or load_registry()
    built = [
        build_environment(registry.complete(each.id), registry) for each in config.environments
    ]
    core_envs = tuple(dict.fromkeys(name for each in built for name in each.core_envs))
    names = [str(AgentString.parse(text)) for text in config.agents]
    versions = {"latentgym-core": core_version()}
    for environment in built:
        versions.update(environment.versions)
    resolved = evolve(
        config,
        environments=tuple(
            evolve(given, id=str(environment.id))
            for given, environment in zip(config.environments, built, strict=True)
        ),
        agents=tuple(names),
        versions=versions,
    )
    if resolved.suite and resolved.suite.fingerprint != fingerprint(resolved):
        resolved = evolve(resolved, suite=None)  # it is no longer what that name means
    return Stage(
        config=resolved,
        environments={str(each.id): each for each in built},
        agents=make_agents(names, core_envs, registry),
    )


async def evaluate(
    config: RunConfig, registry: Registry | None = None, on_finish: OnFinish | None = None
) -> list[Trajectory]:
    """Play a run without writing anything.

    Args:
        config: The run; ids may be partial.
        registry: Defaults to the installed plugins.
        on_finish: Called with each trajectory as it finishes, in no particular order.

    Returns:
        All trajectories in canonical order: environment, agent, seed. Those that failed have
        their `error` set.

    Raises:
        LatentGymError: A name, a parameter or a key is missing or wrong.
    """
    stage = prepare(config, registry)
    finished: dict[Job, Trajectory] = {}

    def keep(trajectory: Trajectory) -> None:
        finished[Job.of(trajectory)] = trajectory
        if on_finish is not None:
            on_finish(trajectory)

    jobs = stage.config.jobs
    await play_jobs(stage, jobs, on_finish=keep)
    return [finished[job] for job in jobs]


def evaluate_sync(
    config: RunConfig, registry: Registry | None = None, on_finish: OnFinish | None = None
) -> list[Trajectory]:
    """Call `evaluate` from code that is not asynchronous."""
    return asyncio.run(evaluate(config, registry, on_finish))


async def play_jobs(
    stage: Stage,
    jobs: Iterable[Job],
    *,
    on_finish: OnFinish,
    on_crash: OnCrash | None = None,
    on_task: OnTask | None = None,
) -> None:
    """Play jobs with as many workers as the run allows, then close the agents.

    Args:
        stage: Where they are played.
        jobs: What is played; agents take turns, so that a part of a run compares them all.
        on_finish: Called with each trajectory as it finishes; what it raises ends the run.
        on_crash: Called with the traceback of a sequence that an unexpected error ended.
        on_task: Called whenever a task has ended and another of its sequence begins.
    """
    waiting = iter(sorted(jobs, key=lambda job: job.seed))  # stable: agents interleave

    async def work() -> None:
        for job in waiting:
            await asyncio.sleep(0)  # an agent that never waits must not shut out cancellation
            on_finish(await _play(stage, job, on_task, on_crash))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(stage.config.concurrency):
                group.create_task(work())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        await stage.close()


async def _play(
    stage: Stage, job: Job, on_task: OnTask | None, on_crash: OnCrash | None
) -> Trajectory:
    config = stage.config
    return await play_guarded(
        make_env(stage, job.env_id),
        stage.agents[job.agent],
        job,
        config,
        begin=lambda env: env.reset(job.seed, config.split),
        at_boundary=(lambda _: on_task(job)) if on_task is not None else None,
        on_crash=on_crash,
    )


def make_env(stage: Stage, env_id: str) -> SequenceEnv:
    """An env of the run's reward type and budget, in which no sequence is begun yet."""
    config = stage.config
    budget = Budget(max_turns=config.max_turns, max_tokens=config.max_tokens)
    return SequenceEnv(stage.environments[env_id], reward_type=config.reward_type, budget=budget)
