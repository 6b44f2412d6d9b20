"""Write the table of every preset into docs/environments.md, between its markers.

    python latentgym-envs/scripts/tabulate_presets.py                     # every core env
    python latentgym-envs/scripts/tabulate_presets.py number_guessing -n 100

Each preset is played for N = 10 tasks under full_info / information by the blind, the Bayes and
the oracle player on the same seeds. Cells are mean cumulative reward with the half width of its
95 % bootstrap interval over sequences, and what Bayes gains over blind, paired. A marker may carry
rule parameters: `<!-- presets of wordle?env.turn_penalty=0.15 -->`.
"""

import argparse
import re
from collections.abc import Iterable

from reference_tables import DOCUMENT, cells, reference_totals, replace_table

import latentgym_core as lg
from latentgym_core.errors import LatentGymError
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import LatentSpec

HEADER = (
    "| latent | tier | structure | values of z | blind | Bayes | oracle | gain |\n"
    "|---|---|---|---:|---:|---:|---:|---:|\n"
)


def main() -> None:
    """Tabulate the core envs named on the command line, or all that the document has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("core_envs", nargs="*")
    parser.add_argument("-n", "--num-sequences", type=int, default=60)
    given = parser.parse_args()
    registry = lg.load_registry()
    titles = re.findall(r"<!-- (presets of (\w+)(\S*)) -->", DOCUMENT.read_text("utf-8"))
    for title, name, rules in titles:
        if name in given.core_envs or not given.core_envs:
            table = HEADER + "".join(_rows(registry, name, rules, given.num_sequences))
            text = DOCUMENT.read_text("utf-8")
            DOCUMENT.write_text(replace_table(text, title, table), "utf-8")


def _rows(registry: Registry, name: str, rules: str, num_sequences: int) -> Iterable[str]:
    for entry in registry.latents((name,)):
        if entry.spec.preset and entry.spec.core_envs == (name,):
            yield _row(registry, name, rules, entry.spec, num_sequences)


def _row(registry: Registry, name: str, rules: str, latent: LatentSpec, num_sequences: int) -> str:
    facts = f"| `{latent.name}` | {latent.tier} | {latent.structure} |"
    try:
        env_id = registry.complete(f"{name}/{latent.name}/full_info/information/ep10{rules}")
        environment = lg.build_environment(env_id, registry)
        totals = reference_totals(environment, num_sequences)
    except LatentGymError as error:
        return f"{facts} refuses: {error} |  |  |  |  |\n"
    games = tuple(environment.core_envs.values())
    first = games[0].visible(environment.sequence(0).tasks[0])
    values = environment.latent.num_values(games, first)
    counted = "uncountable" if values is None else f"{values:,}"
    return f"{facts} {counted} | {' | '.join(cells(totals))} |\n"


if __name__ == "__main__":
    main()
