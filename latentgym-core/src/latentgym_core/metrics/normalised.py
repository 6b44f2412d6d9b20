"""Scores of agents between two scripted players: 0 earns what blind earns, 1 what the oracle does.

A score is a ratio of differences of summed rewards, so that no sequence is divided by a number of
its own. Its interval resamples sequences, on each of which the three players are paired. A mean
over environments takes the environments as given: every one is resampled by itself.
"""

import zlib
from collections.abc import Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np

from latentgym_core.metrics.bootstrap import Array, bootstrap, estimate, quotients, resample
from latentgym_core.metrics.records import Estimate, NormalisedScore
from latentgym_core.metrics.scores import Score
from latentgym_core.metrics.summary import grouped
from latentgym_core.worth.records import LEAST_PER_TASK
from latentgym_core.worth.references import BLIND, TOLD


class Scored(NamedTuple):
    """A score, and its values in the resamples; None where there is no interval."""

    record: NormalisedScore
    draws: Array | None


def normalised_scores(
    scores: Sequence[Score],
) -> tuple[tuple[NormalisedScore, ...], tuple[NormalisedScore, ...]]:
    """Score every agent in every environment that both reference players have played, too.

    Returns:
        One record for each environment and agent, in order of appearance, and one for each agent
        with the mean over its environments.
    """
    found = [
        _scored(env, agent, played, agents[BLIND], agents[TOLD])
        for env, agents in grouped(scores, "env").items()
        if BLIND in agents and TOLD in agents
        for agent, played in agents.items()
        if agent not in (BLIND, TOLD)
    ]
    agents = dict.fromkeys(each.record.agent for each in found)
    means = [_overall(agent, [e for e in found if e.record.agent == agent]) for agent in agents]
    return tuple(each.record for each in found), tuple(means)


def _scored(
    env: str, agent: str, played: Sequence[Score], blind: Sequence[Score], told: Sequence[Score]
) -> Scored:
    sides = [_rewards(side) for side in (played, blind, told)]
    shared = sorted(set.intersection(*(set(side) for side in sides)))
    totals = np.array([[side[key] for side in sides] for key in shared]).reshape(-1, 3)
    per_task = _per_task(totals, len(blind[0].rewards))
    reason = _reason(per_task)
    score, draws = (Estimate(), None) if reason else _score(totals, env)
    record = NormalisedScore(
        group=env,
        agent=agent,
        score=score,
        per_task=per_task,
        num_sequences=len(shared),
        num_environments=int(not reason),
        reason=reason,
    )
    return Scored(record, draws)


def _rewards(scores: Sequence[Score]) -> dict[tuple[str, int], float]:
    """Cumulative reward of every sequence, a mean where it was played several times."""
    found: dict[tuple[str, int], list[float]] = {}
    for each in scores:
        if not each.failed:
            found.setdefault((each.split, each.seed), []).append(sum(each.rewards))
    return {key: fmean(rewards) for key, rewards in found.items()}


def _per_task(totals: Array, num_tasks: int) -> Estimate:
    """What the oracle earns more than blind, from columns agent, blind, oracle."""
    rows = np.stack([totals[:, 2] - totals[:, 1], np.full(len(totals), float(num_tasks))], axis=1)
    return bootstrap(rows, quotients)[0]


def _reason(per_task: Estimate) -> str:
    if per_task.value is None:
        return "no sequence was played by the agent and by both reference players"
    if per_task.value < LEAST_PER_TASK:
        return (
            f"told z, a player earns {per_task.value:+.3f} a task against blind; below "
            f"{LEAST_PER_TASK} there is nothing to tell agents apart by"
        )
    return ""


def _score(totals: Array, env: str) -> tuple[Estimate, Array | None]:
    (value,) = _ratio(totals.sum(axis=0))
    if len(totals) < 2:
        return Estimate(value=float(value)), None
    draws = resample(totals, _ratio, stream=(zlib.crc32(env.encode()),))[:, 0]
    return estimate(value, draws), draws


def _ratio(sums: Array) -> Array:
    """Columns agent, blind, oracle, shape (..., 3), to the score, shape (..., 1)."""
    agent, blind, oracle = sums[..., 0:1], sums[..., 1:2], sums[..., 2:3]
    return np.asarray((agent - blind) / (oracle - blind))


def _overall(agent: str, scored: Sequence[Scored]) -> NormalisedScore:
    having = [each for each in scored if not each.record.reason]
    values = [each.record.score.value for each in having if each.record.score.value is not None]
    draws = [each.draws for each in having if each.draws is not None]
    score = Estimate(value=fmean(values) if values else None)
    if score.value is not None and len(draws) == len(having):
        score = estimate(score.value, np.mean(draws, axis=0))
    return NormalisedScore(
        group="",
        agent=agent,
        score=score,
        per_task=Estimate(),
        num_sequences=sum(each.record.num_sequences for each in having),
        num_environments=len(having),
        reason="" if having else "z is worth too little in every environment",
    )
