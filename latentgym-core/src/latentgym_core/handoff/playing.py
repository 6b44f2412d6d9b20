"""Play hand-offs: every agent plays a sequence once, others carry on from forks of that play."""

import asyncio
import traceback
from collections.abc import Mapping
from contextlib import suppress

from attrs import evolve

from latentgym_core.hand_off_name import HandOff
from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.jsonl import to_line
from latentgym_core.registry import Registry
from latentgym_core.rollout import Boundary, play
from latentgym_core.runs.config import Job
from latentgym_core.runs.evaluation import OnCrash, OnFinish, Stage, prepare
from latentgym_core.sequence_env import Budget, SequenceEnv
from latentgym_core.trajectory import ErrorRecord, Trajectory

Forks = dict[int, SequenceEnv]
"""Number of finished tasks to the sequence as it was then."""


async def hand_off(
    config: HandOffConfig, registry: Registry | None = None, on_finish: OnFinish | None = None
) -> list[Trajectory]:
    """Play a hand-off measurement without writing anything.

    Args:
        config: What `make_hand_off_config` gave.
        registry: Defaults to the installed plugins.
        on_finish: Called with each trajectory as it finishes, in no particular order.

    Returns:
        All trajectories in canonical order: `HandOffConfig.jobs`. Those that failed have their
        `error` set.

    Raises:
        LatentGymError: A name, a parameter or a key is missing or wrong.
    """
    stage = prepare(config, registry)
    finished: dict[Job, Trajectory] = {}

    def keep(trajectory: Trajectory) -> None:
        finished[Job.of(trajectory)] = trajectory
        if on_finish is not None:
            on_finish(trajectory)

    await play_hand_offs(stage, config, {}, on_finish=keep)
    return [finished[job] for job in config.jobs]


async def play_hand_offs(
    stage: Stage,
    config: HandOffConfig,
    finished: Mapping[Job, Trajectory],
    *,
    on_finish: OnFinish,
    on_crash: OnCrash | None = None,
) -> None:
    """Play every sequence and every hand-off that is not finished, then close the agents.

    Args:
        stage: The loaded environment and agents.
        config: What is played.
        finished: What was played before; hand-offs start from its prefixes, without asking the
            agents again.
        on_finish: Called with each trajectory as it finishes; what it raises ends the run.
        on_crash: Called with the traceback of a play that an unexpected error ended.
    """
    table = _Table(stage, config, finished, on_finish, on_crash)
    try:
        async with asyncio.TaskGroup() as group:
            for seed in config.seeds(config.environments[0]):
                for explorer in config.agents:
                    group.create_task(table.explore(explorer, seed, group))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        await stage.close()


class _Table:
    """Where the agents sit; at most `concurrency` of them play at once."""

    def __init__(
        self,
        stage: Stage,
        config: HandOffConfig,
        finished: Mapping[Job, Trajectory],
        on_finish: OnFinish,
        on_crash: OnCrash | None,
    ) -> None:
        self._stage = stage
        self._config = config
        self._env_id = config.environments[0].id
        self._finished = finished
        self._on_finish = on_finish
        self._on_crash = on_crash
        self._free = asyncio.Semaphore(config.concurrency)

    async def explore(self, explorer: str, seed: int, group: asyncio.TaskGroup) -> None:
        """Let one agent play a whole sequence, then start what others make of its prefixes."""
        forks: Forks = {}

        def keep_fork(env: SequenceEnv) -> None:
            if env.task_index in self._config.boundaries:
                forks[env.task_index] = env.fork()

        waiting = [
            each
            for each in self._config.hand_offs
            if each.explorer == explorer and self._job(each, seed) not in self._finished
        ]
        whole = self._finished.get(self._job(explorer, seed))
        if whole is None:
            env = self._begin(seed)
            whole = await self._play(self._job(explorer, seed), explorer, env, keep_fork)
        elif waiting:
            restore(self._begin(seed), whole, keep_fork)
        for each in waiting:
            group.create_task(self._hand_over(each, whole, forks.get(each.boundary)))

    async def _hand_over(
        self, hand_off: HandOff, whole: Trajectory, fork: SequenceEnv | None
    ) -> None:
        """Let the exploiter carry on; nobody can after a failure or an end before K."""
        if whole.error is not None or fork is None:
            self._on_finish(evolve(whole, agent=str(hand_off)))
            return
        job = self._job(hand_off, whole.seed)
        await self._play(job, hand_off.exploiter, fork.fork())

    async def _play(
        self, job: Job, player: str, env: SequenceEnv, at_boundary: Boundary | None = None
    ) -> Trajectory:
        """Play to the end when there is a free seat; whatever goes wrong costs this play alone."""
        agent, session = self._stage.agents[player], str(job)
        async with self._free:
            try:
                played = await play(env, agent, session=session, at_boundary=at_boundary)
                to_line(played)  # facts that are no JSON must fail here, not where it is written
            except (Exception, SystemExit) as error:
                played = await self._broken(job, player, error)
        played = evolve(played, agent=job.agent)
        self._on_finish(played)
        return played

    async def _broken(self, job: Job, player: str, error: BaseException) -> Trajectory:
        """The record of a play that an unexpected error ended: its beginning and the error."""
        if self._on_crash is not None:
            self._on_crash(job, "".join(traceback.format_exception(error)))
        with suppress(Exception):
            await self._stage.agents[player].finish(str(job))
        failure = ErrorRecord(kind=type(error).__name__, message=str(error) or repr(error))
        return evolve(self._begin(job.seed).trajectory, error=failure)

    def _begin(self, seed: int) -> SequenceEnv:
        config = self._config
        env = SequenceEnv(
            self._stage.environments[self._env_id],
            reward_type=config.reward_type,
            budget=Budget(max_turns=config.max_turns, max_tokens=config.max_tokens),
        )
        env.reset(seed, config.split)
        return env

    def _job(self, player: str | HandOff, seed: int) -> Job:
        return Job(self._env_id, str(player), seed)


def restore(env: SequenceEnv, played: Trajectory, at_boundary: Boundary) -> None:
    """Bring a begun sequence where a record has it, without asking an agent.

    Args:
        env: The same sequence, at its beginning.
        played: The record.
        at_boundary: Called with the env whenever a task has ended and another begins.
    """
    for turn in played.turns:
        index = env.task_index
        env.step(turn.reply, agent=turn.agent, reasoning=turn.reasoning, usage=turn.usage)
        if env.task_index != index and not env.done:
            at_boundary(env)
