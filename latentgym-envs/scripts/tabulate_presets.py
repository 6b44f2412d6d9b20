"""Write the table of every preset into docs/environments.md, between its markers.

    python latentgym-envs/scripts/tabulate_presets.py                     # every core env
    python latentgym-envs/scripts/tabulate_presets.py number_guessing -n 100

Each preset is played for N = 10 tasks under full_info / information by the blind, the Bayes and
the oracle player on the same seeds. Cells are mean cumulative reward with the half width of the
95 % bootstrap interval over sequences; headroom is (Bayes - blind) / blind. A marker may carry rule
parameters: `<!-- presets of wordle?env.turn_penalty=0.15 -->`.
"""

import argparse
import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import latentgym_core as lg
from latentgym_core.errors import LatentGymError
from latentgym_core.registry import Registry
from latentgym_core.specs import LatentSpec

DOCUMENT = Path(__file__).parents[2] / "docs/environments.md"
PLAYERS = ("blind", "bayes", "oracle")
HEADER = (
    "| latent | tier | structure | values of z | blind | Bayes | oracle | headroom |\n"
    "|---|---|---|---:|---:|---:|---:|---:|\n"
)


def main() -> None:
    """Tabulate the core envs named on the command line, or all that the document has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("core_envs", nargs="*")
    parser.add_argument("-n", "--num-sequences", type=int, default=60)
    given = parser.parse_args()
    text = DOCUMENT.read_text("utf-8")
    registry = lg.load_registry()
    for name, rules in re.findall(r"<!-- presets of (\w+)(\S*) -->", text):
        if name in given.core_envs or not given.core_envs:
            table = HEADER + "".join(_rows(registry, name, rules, given.num_sequences))
            text = replace_table(text, name + rules, table)
            DOCUMENT.write_text(text, "utf-8")


def replace_table(text: str, title: str, table: str) -> str:
    """Put a table between the markers of a title: a core env and its rule parameters."""
    begin, end = f"<!-- presets of {title} -->\n", f"<!-- end of {title} -->"
    head, _, rest = text.partition(begin)
    return head + begin + table + end + rest.partition(end)[2]


def _rows(registry: Registry, name: str, rules: str, num_sequences: int) -> Iterable[str]:
    for entry in registry.latents((name,)):
        if entry.spec.preset:
            yield _row(registry, name, rules, entry.spec, num_sequences)


def _row(registry: Registry, name: str, rules: str, latent: LatentSpec, num_sequences: int) -> str:
    facts = f"| `{latent.name}` | {latent.tier} | {latent.structure} |"
    try:
        env_id = registry.complete(f"{name}/{latent.name}/full_info/information/ep10{rules}")
        environment = lg.build_environment(env_id, registry)
        totals = {player: _totals(environment, name, player, num_sequences) for player in PLAYERS}
    except LatentGymError as error:
        return f"{facts} refuses: {error} |  |  |  |  |\n"
    games = tuple(environment.core_envs.values())
    first = games[0].visible(environment.sequence(0).tasks[0])
    values = environment.latent.num_values(games, first)
    gain = totals["bayes"].mean() / totals["blind"].mean() - 1
    cells = " | ".join(_cell(totals[player]) for player in PLAYERS)
    counted = "uncountable" if values is None else f"{values:,}"
    return f"{facts} {counted} | {cells} | {gain:+.0%} |\n"


def _totals(
    environment: lg.Environment, name: str, player: str, num_sequences: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Cumulative reward of each sequence, shape (num_sequences,)."""
    agent = lg.make_agent(f"scripted/{player}", (name,))

    async def play(seed: int) -> float:
        env = lg.SequenceEnv(environment)
        env.reset(seed)
        return sum((await lg.play(env, agent, session=str(seed))).rewards)

    return np.array([asyncio.run(play(seed)) for seed in range(num_sequences)])


def _cell(totals: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> str:
    """Mean and half width of the percentile bootstrap interval, 2,000 resamples."""
    rng = np.random.default_rng(0)
    means = rng.choice(totals, (2000, len(totals))).mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return f"{totals.mean():.2f} ± {(high - low) / 2:.2f}"


if __name__ == "__main__":
    main()
