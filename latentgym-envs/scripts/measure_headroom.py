"""Write what adapting is worth in chosen environments into docs/environments.md.

    python latentgym-envs/scripts/measure_headroom.py
    python latentgym-envs/scripts/measure_headroom.py hangman -n 400     # printed, not written

The environments are those listed below, at least five for each core env. Each is played for
N = 10 tasks under full_info / information by the blind, the Bayes and the oracle player on the same
seeds; gain is (Bayes - blind) / blind of the cumulative reward, with the 95 % interval of a
bootstrap over sequences in which the two are paired. Exits with 1 if a lower end is below 15 %.
"""

import argparse
import sys
from collections.abc import Iterable

from reference_tables import DOCUMENT, cells, gain, reference_totals, replace_table

import latentgym_core as lg

GOAL = 0.15
COSTLY_MASTERMIND = "?env.partial=none&env.turn_penalty=0.2"
WITH_REPEATS = f"{COSTLY_MASTERMIND}&env.duplicates_allowed=true"
COSTLY_WORDLE = "?env.partial=none&env.turn_penalty=0.15"
FEW_LIVES, LAWFUL = "?env.lives=3", "?env.moves=lawful"
ENVIRONMENTS = (
    "number_guessing/range_1000?env.max_turns=10",
    "number_guessing/dynamic_range?env.max_turns=10",
    "number_guessing/two_ranges?env.max_turns=10",
    "number_guessing/set_of_2?env.decay=0.05",
    "number_guessing/set_of_3?env.decay=0.05",
    "number_guessing/set_of_k?env.max_turns=10&latent.high=10000",
    "bandits/fixed_index",
    "bandits/same_ranking",
    "bandits/clockwise_rotation",
    "bandits/swap_top_two",
    "bandits/fibonacci",
    "bandits/shadow",
    "secretary/fixed_position",
    "secretary/stride",
    "secretary/mirror_episodes",
    "secretary/threshold",
    "secretary/shape",
    "secretary/relation",
    f"mastermind/order{COSTLY_MASTERMIND}",
    f"mastermind/first_is{COSTLY_MASTERMIND}",
    f"mastermind/last_is{COSTLY_MASTERMIND}",
    f"mastermind/palindrome{WITH_REPEATS}",
    f"mastermind/primality{WITH_REPEATS}",
    f"mastermind/parity{WITH_REPEATS}",
    f"hangman/starts_with{FEW_LIVES}",
    f"hangman/ends_with{FEW_LIVES}",
    f"hangman/cluster{FEW_LIVES}",
    f"hangman/category{FEW_LIVES}",
    f"hangman/low_frequency_score{FEW_LIVES}",
    f"hangman/no_E{FEW_LIVES}",
    f"wordle/starts_with{COSTLY_WORDLE}",
    f"wordle/cluster_start{COSTLY_WORDLE}",
    f"wordle/multi_position{COSTLY_WORDLE}",
    f"wordle/category{COSTLY_WORDLE}",
    f"wordle/contains_AI{COSTLY_WORDLE}",
    f"wordle/ending_CH{COSTLY_WORDLE}",
    f"wordladder/hub_word_3letter{LAWFUL}",
    f"wordladder/hub_word_4letter{LAWFUL}",
    f"wordladder/restricted_vocab_3letter{LAWFUL}",
    f"wordladder/restricted_vocab_4letter{LAWFUL}",
    f"wordladder/order_right_to_left{LAWFUL}",
    f"wordladder/order{LAWFUL}",
)
HEADER = "| environment | blind | Bayes | oracle | gain |\n|---|---:|---:|---:|---:|\n"


def main() -> int:
    """Measure the environments of the core envs named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("core_envs", nargs="*")
    parser.add_argument("-n", "--num-sequences", type=int, default=100)
    given = parser.parse_args()
    chosen = [
        each
        for each in ENVIRONMENTS
        if not given.core_envs or each.partition("/")[0] in given.core_envs
    ]
    rows, lowest = zip(*_measured(chosen, given.num_sequences), strict=True)
    table = HEADER + "".join(rows)
    if given.core_envs:
        sys.stdout.write(table)
    else:
        DOCUMENT.write_text(replace_table(DOCUMENT.read_text("utf-8"), "headroom", table), "utf-8")
    return int(min(lowest) < GOAL)


def _measured(env_ids: Iterable[str], num_sequences: int) -> Iterable[tuple[str, float]]:
    """A row of the table, and the lower end of the gain's interval."""
    registry = lg.load_registry()
    for text in env_ids:
        path, _, rules = text.partition("?")
        full = registry.complete(f"{path}/full_info/information/ep10?{rules}")
        totals = reference_totals(lg.build_environment(full, registry), num_sequences)
        low = gain(totals).low
        yield f"| `{text}` | {' | '.join(cells(totals))} |\n", 0.0 if low is None else low


if __name__ == "__main__":
    sys.exit(main())
