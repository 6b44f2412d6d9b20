"""The table of a comparison: every policy and player on the same held-out sequences."""

import random
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.agents.scripted import ScriptedAgent
from latentgym_core.errors import SpecError
from latentgym_core.inference.run import Order, analyse_all
from latentgym_core.inference.summary import build_inference_report
from latentgym_core.metrics import Estimate, summarise
from latentgym_core.metrics.bootstrap import Array, bootstrap, quotients, unit_totals
from latentgym_core.metrics.rendering.tables import Table, with_interval
from latentgym_core.metrics.scores import score
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.registry.registry import Registry
from latentgym_core.sequence.sequence_env import SequenceEnv
from latentgym_core.wording import counted
from latentgym_train.comparison.arms import CROSS, arm_names
from latentgym_train.comparison.comparing import Setting
from latentgym_train.config.config import CompareConfig
from latentgym_train.playing.playing import Start
from latentgym_train.sequences.data import evaluation_ids, evaluation_starts
from latentgym_train.sequences.streams import Streams

Played = Mapping[str, Sequence[Trajectory]]
"""Policy or player to its trajectories, in the order of the table."""


def tables(setting: Setting, registry: Registry) -> list[Table]:
    """One table per environment: in distribution, then OOD-1 and OOD-2."""
    data = setting.config.data
    streams = Streams(registry, data.holdout)
    kept = "z" if data.holdout.modulus else "sequences"
    groups = (
        (f"in distribution, held-out {kept}", evaluation_ids(data), True),
        ("OOD-1: a latent never trained on", data.ood_latents, False),
        ("OOD-2: a core env never trained on", data.ood_envs, False),
    )
    runs = {
        arm: list(read_trajectories(setting.run(arm).path))
        for arm in arm_names(setting.config.compare)
    }
    made = []
    for title, env_ids, held_out in groups:
        for env_id in env_ids:
            full = str(registry.complete(env_id))
            count = data.num_evaluation if held_out else data.num_ood
            starts = evaluation_starts(full, "test", count, streams, held_out=held_out)
            arms = {arm: [t for t in run if t.env_id == full] for arm, run in runs.items()}
            played = _with_players(setting.config.compare, arms, starts, registry)
            made.append(_table(f"{setting.name}: {full} ({title})", setting, played))
    return made


def _with_players(
    compare: CompareConfig, arms: Played, starts: Sequence[Start], registry: Registry
) -> Played:
    floor, *ceilings = players_of(compare)
    above = {each: play_player(each, starts, registry) for each in ceilings}
    return {floor: play_player(floor, starts, registry), **arms, **above}


def players_of(compare: CompareConfig) -> tuple[str, ...]:
    """The floor, then the ceilings."""
    return compare.players or ("scripted/blind",)


def make_player(name: str, core_envs: tuple[str, ...], registry: Registry) -> ScriptedAgent:
    """Make a scripted player.

    Raises:
        UnknownNameError: There is none of that name for these core envs.
        SpecError: The name is another agent's.
    """
    agent = make_agent(name, core_envs, registry)
    if not isinstance(agent, ScriptedAgent):
        raise SpecError(
            f"compare.players: {name} is no scripted player; play others with `latentgym eval`."
        )
    return agent


def play_player(name: str, starts: Sequence[Start], registry: Registry) -> list[Trajectory]:
    """Let a scripted player play sequences."""
    agent = make_player(name, tuple(starts[0].environment.core_envs), registry)
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
    compare = setting.config.compare
    rows = [_row(name, trajectories, compare) for name, trajectories in played.items()]
    first = next(iter(played.values()))
    indices = range(1, len(first[0].rewards) + 1)
    curves = tuple(f"{curve[0]}{index}" for curve in compare.curves for index in indices)
    reuse = ("reuse",) if compare.reuse else ()
    history_use = ("history use",) if compare.history_use else ()
    return Table(
        title=title,
        header=("", "cumulative", "gain", *curves, "turns", *reuse, *history_use),
        rows=tuple(rows),
        notes=(
            f"{counted(len(first), 'sequence')}, the same for all; [low, high] and ± half of its "
            f"width are 95 % bootstrap intervals over sequences.",
            *_inference_note(compare),
            *_notes(compare, played),
        ),
    )


def _row(name: str, trajectories: Sequence[Trajectory], compare: CompareConfig) -> tuple[str, ...]:
    (summary,) = summarise(trajectories, by="agent")
    reuse = compare.reuse
    return (
        name,
        with_interval(summary.measures["cumulative_reward"], ".2f"),
        with_interval(summary.measures["gain"], ".2f", signed=True),
        *(_cell(each) for curve in compare.curves for each in summary.by_task[curve]),
        with_interval(summary.measures["turns_per_task"], ".2f"),
        *((with_interval(reuse_share(trajectories, *reuse), ".0%"),) if reuse else ()),
        *_history_use(trajectories[: compare.history_use]),
    )


def _cell(estimate: Estimate) -> str:
    """`0.43 ±0.02`: a value and half the width of its interval; a dash for none."""
    if estimate.value is None:
        return "–"
    value = f"{estimate.value:.2f}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} ±{(estimate.high - estimate.low) / 2:.2f}"


def _history_use(trajectories: Sequence[Trajectory]) -> Iterable[str]:
    """Whether replies follow what earlier tasks have shown, where there is a posterior."""
    if trajectories:  # so few that further processes would take longer to start
        (summary,) = build_inference_report(analyse_all(trajectories, Order(jobs=1))).summaries
        yield with_interval(summary.measures["history_use"], ".2f")


def _inference_note(compare: CompareConfig) -> Iterable[str]:
    if compare.history_use:
        played = counted(compare.history_use, "sequence")
        yield f"History use, by exact inference, of the first {played}."


def reuse_share(trajectories: Sequence[Trajectory], fact: str, field: str) -> Estimate:
    """Share of later tasks whose first turn repeats a field of an earlier task.

    Args:
        trajectories: Played sequences.
        fact: Fact of a turn, as in `guess`.
        field: Field of a task, as in `target`; without it there is no share.
    """
    rows = [(each.seed, _reused(each, fact, field)) for each in trajectories]
    return bootstrap(unit_totals(rows, 2), quotients)[0]


def _reused(trajectory: Trajectory, fact: str, field: str) -> tuple[float, float]:
    if not all(field in task for task in trajectory.tasks):
        return 0.0, 0.0
    first = [t for t in trajectory.turns if t.turn_index == 0 and t.task_index > 0]
    old = [task[field] for task in trajectory.tasks]
    hits = sum(turn.facts.get(fact) in old[: turn.task_index] for turn in first)
    return float(hits), float(len(first))


def _notes(compare: CompareConfig, played: Played) -> Iterable[str]:
    """How far cross-task training is ahead, paired over sequences."""
    sums = {name: _cumulative(trajectories) for name, trajectories in played.items()}
    for name in arm_names(compare):
        if name == CROSS:
            continue
        ratio = _quotient(sums[CROSS], sums[name])
        yield f"{CROSS} / {name}: {with_interval(ratio, '.2f')}"
        if name in compare.variants:
            ahead = _quotient(sums[CROSS] - sums[name], np.ones_like(sums[name]))
            yield f"{CROSS} - {name}: {with_interval(ahead, '.2f', signed=True)}"
    floor = next(iter(played))
    for ceiling in compare.players[1:]:
        totals = np.stack([sums[CROSS], sums[floor], sums[ceiling]], axis=1)
        way = bootstrap(totals, _way)[0]
        yield f"{CROSS}, way from {floor} to {ceiling}: {with_interval(way, '.0%')}"


def _quotient(numerators: Array, denominators: Array) -> Estimate:
    """Sum of the one over that of the other; each of shape [sequences], and paired."""
    return bootstrap(np.stack([numerators, denominators], axis=1), quotients)[0]


def _way(totals: Array) -> Array:
    """(policy - floor) / (ceiling - floor) of three columns."""
    policy, floor, ceiling = totals[..., 0:1], totals[..., 1:2], totals[..., 2:3]
    return np.asarray((policy - floor) / (ceiling - floor))


def _cumulative(trajectories: Sequence[Trajectory]) -> Array:
    """Cumulative reward of every sequence, in the order of their seeds, shape [sequences]."""
    ordered = sorted(map(score, trajectories), key=lambda each: each.seed)
    return np.array([sum(each.rewards) for each in ordered], dtype=np.float64)
