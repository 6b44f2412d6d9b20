"""What the scripts beside this one share: the reference players, and tables in the document."""

import asyncio
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import latentgym_core as lg
from latentgym_core.metrics.bootstrap import bootstrap, quotients, relative_change
from latentgym_core.metrics.records import Estimate

DOCUMENT = Path(__file__).parents[2] / "docs/environments.md"
PLAYERS = ("blind", "bayes", "oracle")
Totals = NDArray[np.float64]
"""Cumulative reward by sequence and player, shape [sequences, players]."""


def reference_totals(environment: lg.Environment, num_sequences: int) -> Totals:
    """Let every player play the sequences of seeds 0, 1, …, so that columns are paired."""
    (name,) = environment.core_envs
    agents = [lg.make_agent(f"scripted/{player}", (name,)) for player in PLAYERS]

    async def total(agent: lg.Agent, seed: int) -> float:
        env = lg.SequenceEnv(environment)
        env.reset(seed)
        return sum((await lg.play(env, agent, session=str(seed))).rewards)

    async def rows() -> list[list[float]]:
        return [[await total(agent, seed) for agent in agents] for seed in range(num_sequences)]

    return np.array(asyncio.run(rows()))


def cells(totals: Totals) -> list[str]:
    """Mean and half width of the 95 % interval of each player, then what Bayes gains over blind.

    A † marks a player who earns less than the one before, the interval of their paired difference
    being wholly below 0.
    """
    steps = _means(np.diff(totals, axis=1))
    worse = [False, *(step.high is not None and step.high < 0 for step in steps)]
    marked = zip(_means(totals), worse, strict=True)
    means = [f"{_written(each, '.2f')}{'†' * mark}" for each, mark in marked]
    return [*means, _written(gain(totals), "+.0%").replace("%", " %")]


def gain(totals: Totals) -> Estimate:
    """(Bayes - blind) / blind of the summed rewards, with the interval of paired resamples."""
    return bootstrap(totals[:, :2], relative_change)[0]


def replace_table(text: str, title: str, table: str) -> str:
    """Put a table between the markers of a title."""
    begin, end = f"<!-- {title} -->\n", f"<!-- end of {title} -->"
    head, _, rest = text.partition(begin)
    return head + begin + table + end + rest.partition(end)[2]


def _means(columns: Totals) -> tuple[Estimate, ...]:
    return bootstrap(np.hstack([columns, np.ones_like(columns)]), quotients)


def _written(estimate: Estimate, form: str) -> str:
    half = estimate.half_width
    return f"{estimate.value:{form}} ± {half:{form.lstrip('+')}}" if half is not None else "–"
