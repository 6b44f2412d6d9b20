"""Play many sequences at once: every agent of a run, in every environment, on the same seeds."""

import asyncio
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from attrs import evolve, frozen

from latentgym_core.agents.agent_string import AgentString, make_agent
from latentgym_core.agents.base import Agent
from latentgym_core.environment import Environment, build_environment
from latentgym_core.jsonl import to_line
from latentgym_core.recording import core_version
from latentgym_core.registry import Registry, load_registry
from latentgym_core.rollout import play
from latentgym_core.runs.config import Job, RunConfig
from latentgym_core.schedules import SCHEDULES
from latentgym_core.sequence_env import Budget, SequenceEnv
from latentgym_core.trajectory import ErrorRecord, Trajectory

OnFinish = Callable[[Trajectory], None]
OnCrash = Callable[[Job, str], None]
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
    return Stage(
        config=resolved,
        environments={str(each.id): each for each in built},
        agents={name: make_agent(name, core_envs, registry) for name in names},
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
    """Play one job; whatever goes wrong inside costs this sequence alone."""
    config, agent = stage.config, stage.agents[job.agent]
    budget = Budget(max_turns=config.max_turns, max_tokens=config.max_tokens)
    env = SequenceEnv(stage.environments[job.env_id], reward_type=config.reward_type, budget=budget)
    at_boundary = (lambda _: on_task(job)) if on_task is not None else None
    try:
        env.reset(job.seed, config.split)
        trajectory = await play(env, agent, session=str(job), at_boundary=at_boundary)
        to_line(trajectory)  # facts that are no JSON must fail here, not where they are written
    except (Exception, SystemExit, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and _is_stopping():
            raise
        if on_crash is not None:
            on_crash(job, "".join(traceback.format_exception(error)))
        with suppress(Exception):
            await agent.finish(str(job))
        trajectory = _salvage(env, job, config, error)
    return evolve(trajectory, agent=job.agent)


def _is_stopping() -> bool:
    """Whether this worker was cancelled, rather than something inside an agent."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _salvage(env: SequenceEnv, job: Job, config: RunConfig, error: BaseException) -> Trajectory:
    """The record of a sequence that broke: what was played if it can be had, else its name."""
    failure = ErrorRecord(kind=type(error).__name__, message=str(error) or repr(error))
    with suppress(Exception):
        env.fail(failure)
    try:
        salvaged = evolve(env.trajectory, error=failure)
        to_line(salvaged)
    except Exception:  # the game itself is in pieces
        environment = env.environment
        names = SCHEDULES[environment.schedule](tuple(environment.core_envs), environment.num_tasks)
        return Trajectory(
            env_id=job.env_id,
            split=config.split,
            seed=job.seed,
            reward_type=config.reward_type,
            core_envs=names,
            tasks=tuple({} for _ in names),
            error=failure,
            versions=dict(config.versions),
        )
    return salvaged
