"""Write the tables of mixed sequences into docs/environments.md, between their markers.

    python latentgym-envs/scripts/tabulate_mixed.py [-n 60]

A marker names the games, the horizon and rule parameters:
`<!-- mixed bandits+secretary ep10 ?latent.scale=same -->`. Each latent that several games share is
played under full_info / information by four players on the same seeds: blind, Bayes that remembers
only the tasks of the game it is playing, Bayes, and the oracle. Cells are mean cumulative reward
with the half width of its 95 % bootstrap interval over sequences; transfer is what Bayes gains, by
paired resamples, over the one that remembers its own game alone.
"""

import argparse
import asyncio
import re

import numpy as np
from attrs import evolve
from reference_tables import DOCUMENT, Totals, replace_table

import latentgym_core as lg
from latentgym_core.contract.agent import AgentContext, Messages, Reply
from latentgym_core.metrics.bootstrap import bootstrap, quotients, relative_change
from latentgym_core.metrics.records import Estimate
from latentgym_core.registry.specs import LatentSpec

MARKER = re.compile(r"<!-- (mixed ([\w+]+) ep(\d+)(?: (\?\S+))?) -->")
HEADER = (
    "| latent | tier | structure | values of z | blind | Bayes, own game | Bayes | oracle | "
    "transfer |\n|---|---|---|---:|---:|---:|---:|---:|---:|\n"
)


class OwnGameAlone(lg.Agent):
    """Hides from another agent the tasks of all games but the current one."""

    def __init__(self, inner: lg.Agent) -> None:
        self.inner = inner

    async def reply(self, messages: Messages, context: AgentContext) -> Reply:
        """Ask it with the rest forgotten."""
        view = context.view
        history = tuple(task for task in view.history if task.core_env_name == view.core_env_name)
        return await self.inner.reply(messages, evolve(context, view=evolve(view, history=history)))


def main() -> None:
    """Fill every table that the document has a marker for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", "--num-sequences", type=int, default=60)
    given = parser.parse_args()
    registry = lg.load_registry()
    for title, games, horizon, rules in MARKER.findall(DOCUMENT.read_text("utf-8")):
        names = tuple(games.split("+"))
        latents = [each.spec for each in registry.latents(names) if len(each.spec.core_envs) > 1]
        rows = [_row(names, spec, f"ep{horizon}{rules}", given.num_sequences) for spec in latents]
        text = DOCUMENT.read_text("utf-8")
        DOCUMENT.write_text(replace_table(text, title, HEADER + "".join(rows)), "utf-8")


def _row(names: tuple[str, ...], latent: LatentSpec, tail: str, num_sequences: int) -> str:
    env = lg.make(f"{'+'.join(names)}/{latent.name}/full_info/information/{tail}")
    games = tuple(env.environment.core_envs.values())
    values = env.environment.latent.num_values(games, {})
    totals = _totals(env, names, num_sequences)
    means = bootstrap(np.hstack([totals, np.ones_like(totals)]), quotients)
    (transfer,) = bootstrap(totals[:, 1:3], relative_change)
    cells = [*(_written(each, ".2f") for each in means), _written(transfer, "+.1%")]
    return f"| `{latent.name}` | {latent.tier} | {latent.structure} | {values} | {' | '.join(cells)} |\n"


def _totals(env: lg.SequenceEnv, names: tuple[str, ...], num_sequences: int) -> Totals:
    """Cumulative reward by sequence and player, shape [sequences, players]."""
    blind, bayes, oracle = (
        lg.make_agent(f"scripted/{player}", names) for player in ("blind", "bayes", "oracle")
    )

    async def total(agent: lg.Agent, seed: int) -> float:
        env.reset(seed)
        return sum((await lg.play(env, agent, session=str(seed))).rewards)

    async def rows() -> list[list[float]]:
        agents = (blind, OwnGameAlone(bayes), bayes, oracle)
        return [[await total(agent, seed) for agent in agents] for seed in range(num_sequences)]

    return np.array(asyncio.run(rows()))


def _written(estimate: Estimate, form: str) -> str:
    written = f"{estimate.value:{form}} ± {estimate.half_width or 0:{form.lstrip('+')}}"
    return written.replace("%", " %")


if __name__ == "__main__":
    main()
