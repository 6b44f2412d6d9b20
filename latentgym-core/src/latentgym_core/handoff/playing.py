"""Play hand-offs: every agent plays a sequence once, others carry on from forks of that play."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from attrs import evolve

from latentgym_core.contract.agent import Agent
from latentgym_core.errors import SpecError
from latentgym_core.handoff.config import HandOffConfig
from latentgym_core.handoff.notes import HandedNotes, check_writers, write_notes
from latentgym_core.records.hand_off_name import HandOff, parse_hand_off
from latentgym_core.records.trajectory import Trajectory, Written
from latentgym_core.registry.registry import Registry
from latentgym_core.runs.config import Job
from latentgym_core.runs.evaluation import OnFinish, OnTask, Stage, make_env, prepare
from latentgym_core.runs.guard import OnCrash, play_guarded
from latentgym_core.runs.rollout import Boundary
from latentgym_core.scaffolds.agent import ScaffoldAgent
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.sequence.stored import restore_sequence

Forks = dict[int, SequenceEnv]
"""Number of finished tasks to the sequence as it was then."""
Notebook = tuple[str, int, int]
"""Who wrote notes, at which seed and boundary."""


async def hand_off(
    config: HandOffConfig,
    registry: Registry | None = None,
    on_finish: OnFinish | None = None,
    recorded: Iterable[Trajectory] = (),
) -> list[Trajectory]:
    """Play a hand-off measurement without writing anything.

    Args:
        config: What `make_hand_off_config` gave.
        registry: Defaults to the installed plugins.
        on_finish: Called with each trajectory as it finishes, in no particular order.
        recorded: Plays of those who are not asked: `Prefix.plays`.

    Returns:
        All trajectories in canonical order: `HandOffConfig.jobs`. Those that failed have their
        `error` set.

    Raises:
        LatentGymError: A name, a parameter or a key is missing or wrong.
    """
    stage = prepare(config, registry)
    finished = {Job.of(each): each for each in recorded}
    played = dict(finished)

    def keep(trajectory: Trajectory) -> None:
        played[Job.of(trajectory)] = trajectory
        if on_finish is not None:
            on_finish(trajectory)

    await play_hand_offs(stage, config, finished, on_finish=keep)
    return [played[job] for job in config.jobs]


async def play_hand_offs(
    stage: Stage,
    config: HandOffConfig,
    finished: Mapping[Job, Trajectory],
    *,
    on_finish: OnFinish,
    on_task: OnTask | None = None,
    on_crash: OnCrash | None = None,
) -> None:
    """Play every sequence and every hand-off that is not finished, then close the agents.

    Args:
        stage: The loaded environment and agents.
        config: What is played.
        finished: What was played before; hand-offs start from its prefixes, and notes that are in
            it are handed over again, without asking the agents.
        on_finish: Called with each trajectory as it finishes; what it raises ends the run.
        on_task: Called whenever a task has ended and another of its sequence begins.
        on_crash: Called with the traceback of a play that an unexpected error ended.

    Raises:
        SpecError: The agents cannot hand over what is asked, or a recorded play is missing.
    """
    table = _Table(stage, config, finished, on_finish, on_task, on_crash)
    try:
        async with asyncio.TaskGroup() as group:
            for seed in config.seeds(config.environments[0]):
                for explorer in config.beginners:
                    group.create_task(table.explore(explorer, seed, group))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    finally:
        await stage.close()


def check_hand_offs(stage: Stage, config: HandOffConfig) -> None:
    """Check, before anything is played, that the agents can hand over what is asked.

    Raises:
        SpecError: They cannot.
    """
    if "notes" in config.handed:
        agents = stage.agents
        explorers, exploiters = zip(*config.pairs, strict=True)
        check_writers(
            {name: agents[name] for name in explorers}, {name: agents[name] for name in exploiters}
        )


class _Table:
    """Where the agents sit; at most `concurrency` of them play at once."""

    def __init__(
        self,
        stage: Stage,
        config: HandOffConfig,
        finished: Mapping[Job, Trajectory],
        on_finish: OnFinish,
        on_task: OnTask | None,
        on_crash: OnCrash | None,
    ) -> None:
        check_hand_offs(stage, config)
        for job in config.jobs:
            if job.agent in config.recorded and job not in finished:
                raise SpecError(f"{job} is to be taken from a record, and is not given.")
        self._stage = stage
        self._config = config
        self._env_id = config.environments[0].id
        self._finished = finished
        self._on_finish = on_finish
        self._on_task = on_task or (lambda _: None)
        self._on_crash = on_crash
        self._free = asyncio.Semaphore(config.concurrency)
        self._recorded = {
            job.seed: each for job, each in finished.items() if job.agent in config.recorded
        }
        self._notes: dict[Notebook, asyncio.Future[Written]] = {}
        self._known_notes = dict(_notes_in(finished.values()))

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
        job = self._job(explorer, seed)
        whole = self._finished.get(job)
        if whole is None:
            agent, begin = self._stage.agents[explorer], partial(self._begin, seed)
            whole = await self._play(self._env(), agent, job, keep_fork, begin=begin)
        elif waiting:
            env = self._env()
            self._begin(seed, env)
            restore(env, whole, keep_fork)
        for each in waiting:
            group.create_task(self._hand_over(each, whole, forks.get(each.boundary)))

    async def _hand_over(
        self, hand_off: HandOff, whole: Trajectory, fork: SequenceEnv | None
    ) -> None:
        """Let the exploiter carry on; nobody can after a failure or an end before K."""
        if whole.error is not None or fork is None:
            self._on_finish(evolve(whole, agent=str(hand_off)))
            return
        job, agent = self._job(hand_off, whole.seed), self._stage.agents[hand_off.exploiter]
        if hand_off.handed == "notes":
            notes = partial(self._notes_of, hand_off, whole.seed, fork)
            agent = ScaffoldAgent(agent, HandedNotes(boundary=hand_off.boundary, notes=notes))
        await self._play(fork.fork(), agent, job)

    async def _play(
        self, env: SequenceEnv, agent: Agent, job: Job, keep: Boundary | None = None, **more: Any
    ) -> Trajectory:
        """Play to the end when there is a free seat."""

        def at_boundary(env: SequenceEnv) -> None:
            if keep is not None:
                keep(env)
            self._on_task(job)

        more |= {"at_boundary": at_boundary, "on_crash": self._on_crash}
        async with self._free:
            played = await play_guarded(env, agent, job, self._config, **more)
        self._on_finish(played)
        return played

    async def _notes_of(self, hand_off: HandOff, seed: int, fork: SequenceEnv) -> Written:
        """The explorer's notes at a boundary; written once, for whoever needs them first."""
        notebook = (hand_off.explorer, seed, hand_off.boundary)
        if notebook in self._known_notes:
            return self._known_notes[notebook]
        if notebook not in self._notes:
            session = f"{self._job(hand_off, seed)} notes"
            explorer = self._stage.agents[hand_off.explorer]
            writing = write_notes(explorer, fork.fork(), session)
            self._notes[notebook] = asyncio.ensure_future(writing)
        return await self._notes[notebook]

    def _env(self) -> SequenceEnv:
        return make_env(self._stage, self._env_id)

    def _begin(self, seed: int, env: SequenceEnv) -> None:
        """Begin the sequence of a seed: the recorded one, if there is one."""
        recorded = self._recorded.get(seed)
        if recorded is None:
            env.reset(seed, self._config.split)
        else:
            env.load(restore_sequence(env.environment, recorded))

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
        if env.done:  # by a budget that the record did not have
            return
        index = env.task_index
        env.repeat(turn)
        if env.task_index != index and not env.done:
            at_boundary(env)


def _notes_in(finished: Iterable[Trajectory]) -> Iterator[tuple[Notebook, Written]]:
    """The notes that finished hand-offs began with."""
    for each in finished:
        named = parse_hand_off(each.agent)
        if named is None or named.handed != "notes":
            continue
        for turn in each.turns:
            if turn.task_index == named.boundary and turn.carried and turn.carried.written:
                yield (named.explorer, each.seed, named.boundary), turn.carried.written
