"""The table of a comparison: every policy and player on the same held-out sequences."""

import random
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.agents.scripted import ScriptedAgent
from latentgym_core.jsonl import read_trajectories
from latentgym_core.metrics import Estimate, Summary, summarise
from latentgym_core.metrics.bootstrap import Array, bootstrap, quotients, unit_totals
from latentgym_core.metrics.scores import score
from latentgym_core.metrics.tables import Table, with_interval
from latentgym_core.registry import Registry
from latentgym_core.sequence_env import SequenceEnv
from latentgym_core.trajectory import Trajectory
from latentgym_train.arms import ARMS, BASE, CROSS, SINGLE, UNRELATED
from latentgym_train.compare import Setting
from latentgym_train.data import Streams, distinct_ids, evaluation_starts
from latentgym_train.playing import Start

Played = Mapping[str, Sequence[Trajectory]]
"""Policy or player to its trajectories, in the order of the table."""


def tables(setting: Setting, registry: Registry) -> list[Table]:
    """One table per environment: in distribution, then OOD-1 and OOD-2."""
    data = setting.config.data
    streams = Streams(registry, data.holdout)
    groups = (
        ("in distribution, held-out z", data.evaluation or distinct_ids(data.train), True),
        ("OOD-1: a latent never trained on", data.ood_latents, False),
        ("OOD-2: a core env never trained on", data.ood_envs, False),
    )
    made = []
    for title, env_ids, held_out in groups:
        for env_id in env_ids:
            full = str(registry.complete(env_id))
            starts = evaluation_starts(
                full, "test", data.num_evaluation, streams, held_out=held_out
            )
            played = _played(setting, full, starts, registry)
            made.append(_table(f"{setting.name}: {full} ({title})", setting, played))
    return made


def _played(
    setting: Setting, env_id: str, starts: Sequence[Start], registry: Registry
) -> dict[str, list[Trajectory]]:
    floor, *ceilings = setting.config.compare.players or ("scripted/blind",)
    played = {floor: play_player(floor, starts, registry)}
    for arm in ARMS:
        stored = read_trajectories(setting.run(arm).path)
        played[arm] = [each for each in stored if each.env_id == env_id]
    return played | {each: play_player(each, starts, registry) for each in ceilings}


def play_player(name: str, starts: Sequence[Start], registry: Registry) -> list[Trajectory]:
    """Let a scripted player play sequences."""
    core_envs = tuple(starts[0].environment.core_envs)
    agent = make_agent(name, core_envs, registry)
    if not isinstance(agent, ScriptedAgent):
        raise TypeError(name)
    return [_play(agent, start) for start in starts]


def _play(agent: ScriptedAgent, start: Start) -> Trajectory:
    env = SequenceEnv(start.environment)
    env.load(start.sequence)
    rng = random.Random(f"{agent.name}/{start.sequence.seed}")
    while not env.done:
        view = env.view
        truth = env.truth if agent.privileged else None
        env.step(agent.players[view.core_env_name].act(view, truth, rng), agent=agent.name)
    return env.trajectory


def _table(title: str, setting: Setting, played: Played) -> Table:
    reuse = setting.config.compare.reuse
    rows = [_row(name, trajectories, reuse) for name, trajectories in played.items()]
    num_tasks = len(next(iter(played.values()))[0].rewards)
    curve = tuple(f"r{index + 1}" for index in range(num_tasks))
    header = ("", "cumulative", "gain", *curve, "turns", *(("reuse",) if reuse else ()))
    count = len(next(iter(played.values())))
    return Table(
        title=title,
        header=header,
        rows=tuple(rows),
        notes=(
            f"{count} sequences, the same for all; 95 % bootstrap intervals over sequences.",
            *_notes(setting, played),
        ),
    )


def _row(name: str, trajectories: Sequence[Trajectory], reuse: Sequence[str]) -> tuple[str, ...]:
    (summary,) = summarise(trajectories, by="agent")
    return (
        name,
        with_interval(summary.measures["cumulative_reward"], ".2f"),
        with_interval(summary.measures["gain"], ".2f", signed=True),
        *_curve(summary),
        with_interval(summary.measures["turns_per_task"], ".2f"),
        *((with_interval(reuse_share(trajectories, *reuse), ".0%"),) if reuse else ()),
    )


def _curve(summary: Summary) -> Iterable[str]:
    return (f"{each.value:.2f}" for each in summary.by_task["reward"] if each.value is not None)


def reuse_share(trajectories: Sequence[Trajectory], fact: str, field: str) -> Estimate:
    """Share of later tasks whose first turn repeats a field of an earlier task.

    Args:
        trajectories: Played sequences.
        fact: Fact of a turn, as in `guess`.
        field: Field of a task, as in `target`.
    """
    rows = [(each.seed, _reused(each, fact, field)) for each in trajectories]
    return bootstrap(unit_totals(rows, 2), quotients)[0]


def _reused(trajectory: Trajectory, fact: str, field: str) -> tuple[float, float]:
    first = [t for t in trajectory.turns if t.turn_index == 0 and t.task_index > 0]
    old = [each.get(field) for each in trajectory.tasks]
    hits = sum(turn.facts.get(fact) in old[: turn.task_index] for turn in first)
    return float(hits), float(len(first))


def _notes(setting: Setting, played: Played) -> Iterable[str]:
    """How far cross-task training is ahead, paired over sequences."""
    sums = {name: _cumulative(trajectories) for name, trajectories in played.items()}
    others = [name for name in (BASE, SINGLE, UNRELATED) if name in sums]
    stacked = np.stack([sums[CROSS], *(sums[name] for name in others)], axis=1)
    ratios = bootstrap(stacked, lambda totals: np.asarray(totals[..., :1] / totals[..., 1:]))
    for name, ratio in zip(others, ratios, strict=True):
        yield f"{CROSS} / {name}: {with_interval(ratio, '.2f')}"
    floor, *ceilings = setting.config.compare.players
    for ceiling in ceilings:
        totals = np.stack([sums[CROSS], sums[floor], sums[ceiling]], axis=1)
        way = bootstrap(totals, _way)[0]
        yield f"{CROSS}, way from {floor} to {ceiling}: {with_interval(way, '.0%')}"


def _way(totals: Array) -> Array:
    """(policy - floor) / (ceiling - floor) of three columns."""
    policy, floor, ceiling = totals[..., 0:1], totals[..., 1:2], totals[..., 2:3]
    return np.asarray((policy - floor) / (ceiling - floor))


def _cumulative(trajectories: Sequence[Trajectory]) -> Array:
    """Cumulative reward of every sequence, in the order of their seeds, shape [sequences]."""
    ordered = sorted(map(score, trajectories), key=lambda each: each.seed)
    return np.array([sum(each.rewards) for each in ordered], dtype=np.float64)
