"""Fill in the last columns of the difficulty tables in docs/environments.md.

    python latentgym-envs/scripts/measure_difficulty.py
    python latentgym-envs/scripts/measure_difficulty.py wordle -n 100

The rows are written by hand; a row's id is played as it stands by the blind, the Bayes and the
oracle player on the same seeds. Cells are mean rewards per task, because horizons differ.
"""

import argparse
import re
from collections.abc import Callable

from reference_tables import DOCUMENT, reference_totals

import latentgym_core as lg

TABLE = re.compile(
    r"(?<=<!-- difficulty of )(?P<name>[\w ]+)( -->\n)(?P<rows>.*?)(?=<!-- end of difficulty)",
    re.DOTALL,
)
ROW = re.compile(r"^(?P<written>\|.*\| `(?P<id>\w+/[^`]+)` \|).*$", re.MULTILINE)


def main() -> None:
    """Measure the rows of the tables named on the command line, or of all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", help="core envs, or `every game`")
    parser.add_argument("-n", "--num-sequences", type=int, default=40)
    given = parser.parse_args()
    measured = _measurer(given.num_sequences)

    def filled(table: re.Match[str]) -> str:
        if given.tables and table["name"] not in given.tables:
            return table[0]
        return f"{table['name']}{table[2]}{ROW.sub(measured, table['rows'])}"

    DOCUMENT.write_text(TABLE.sub(filled, DOCUMENT.read_text("utf-8")), "utf-8")


def _measurer(num_sequences: int) -> Callable[[re.Match[str]], str]:
    registry = lg.load_registry()

    def measured(row: re.Match[str]) -> str:
        environment = lg.build_environment(registry.complete(row["id"]), registry)
        means = reference_totals(environment, num_sequences).mean(axis=0) / environment.num_tasks
        return f"{row['written']} {' | '.join(f'{mean:.2f}' for mean in means)} |"

    return measured


if __name__ == "__main__":
    main()
