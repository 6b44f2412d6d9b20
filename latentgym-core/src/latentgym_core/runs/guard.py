"""Play one sequence so that whatever goes wrong inside costs that sequence alone."""

import asyncio
import traceback
from collections.abc import Callable
from contextlib import suppress

from attrs import evolve

from latentgym_core.contract.agent import Agent
from latentgym_core.errors import LatentGymError
from latentgym_core.records.jsonl import to_line
from latentgym_core.records.trajectory import ErrorRecord, Trajectory
from latentgym_core.runs.component_faults import raised_in
from latentgym_core.runs.config import Job, RunConfig
from latentgym_core.runs.rollout import Boundary, play
from latentgym_core.sequence.schedules import SCHEDULES
from latentgym_core.sequence.sequence_env import SequenceEnv

OnCrash = Callable[[Job, str], None]


async def play_guarded(
    env: SequenceEnv,
    agent: Agent,
    job: Job,
    config: RunConfig,
    *,
    begin: Callable[[SequenceEnv], object] | None = None,
    at_boundary: Boundary | None = None,
    on_crash: OnCrash | None = None,
) -> Trajectory:
    """Play a sequence to its end; an unexpected error becomes a recorded one.

    Args:
        env: The sequence, begun unless `begin` does it.
        agent: Who plays.
        job: What the result is called.
        config: The run it belongs to.
        begin: Begins the sequence; what it raises is recorded too.
        at_boundary: Called with the env whenever a task has ended and another begins.
        on_crash: Called with the traceback of an unexpected error.

    Raises:
        CancelledError: The run is being stopped.
    """
    try:
        if begin is not None:
            begin(env)
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
    failure = ErrorRecord(kind=type(error).__name__, message=_message(error))
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


def _message(error: BaseException) -> str:
    """What we raised on purpose says enough; of anything else, also whose method it was."""
    said = str(error) or repr(error)
    place = None if isinstance(error, LatentGymError) else raised_in(error)
    return f"{said}, raised in {place}" if place else said
