"""Put the solo tables of the published work beside what given recordings come to.

    latentgym replay RECORDINGS... --out RUN
    python latentgym-core/scripts/published_tables.py RUN [RUN...]

A cell is the mean cumulative reward over N = 10, the gain r_10 / r_1 - 1 of the means, and the mean
final reward r_10, of one model on the latents of one table, under some_info and standard feedback.
Which latents a published table averages was identified from its base column. With all published
recordings every cell is the published one to rounding; with a part of them it is an estimate, and
the interval says how good. Cells without recordings are left out.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import frozen

from latentgym_core.metrics.records import Summary
from latentgym_core.metrics.rendering.tables import UNDEFINED, Table, as_text, with_interval
from latentgym_core.metrics.scores import Score, score
from latentgym_core.metrics.summary import summary
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.registry.env_id import EnvId

NUM_TASKS = 10
HEADER = ("cumulative", "(publ.)", "gain", "(publ.)", "final", "(publ.)")
CONDITION = ("some_info", "standard")
BASE, SINGLE, CROSS = "qwen-base", "qwen-single-rl", "qwen-cross-rl"


@frozen
class Cell:
    """A published cell: cumulative reward, gain in percent, final reward."""

    table: str
    core_env: str
    latents: tuple[str, ...]
    variant: str
    published: tuple[float, int, float]


def cells() -> Iterator[Cell]:
    """Every solo cell whose model was recorded."""
    for core_env, (latents, *columns) in TABLE_5.items():
        for variant, published in zip((CROSS, SINGLE, BASE), columns, strict=True):
            yield Cell("5", core_env, latents, variant, published)
    for table, rows in (("4", TABLE_4), ("6", TABLE_6)):
        for core_env, (latents, published) in rows.items():
            yield Cell(table, core_env, latents, BASE, published)


TABLE_4 = {
    "number_guessing": (("set_of_2", "set_of_3", "dynamic_range"), (2.23, -18, 0.18)),
    "hangman": (("has_double_letter", "starts_with_S", "vowel_count_4"), (3.47, -3, 0.33)),
    "wordladder": (
        ("hub_word_3letter", "hub_word_4letter", "order_outside_in"),
        (5.35, -5, 0.54),
    ),
    "secretary": (("fixed_position_2", "inverse_order", "sorted_order"), (4.58, 15, 0.46)),
}
TABLE_5 = {
    "number_guessing": (
        ("range_100", "set_of_3"),
        *((7.92, 25, 0.86), (6.73, 14, 0.67), (2.97, -45, 0.18)),
    ),
    "hangman": (
        ("ending_ABLE", "vowel_count_4"),
        *((8.55, 14, 0.89), (5.63, 2, 0.55), (4.68, 33, 0.48)),
    ),
    "wordladder": (
        ("hub_word_3letter", "hub_word_4letter"),
        *((8.89, 2, 0.90), (8.61, -4, 0.87), (4.58, -11, 0.47)),
    ),
    "secretary": (
        ("fixed_position_2", "inverse_order"),
        *((9.54, 33, 0.93), (6.35, -43, 0.36), (4.76, 24, 0.47)),
    ),
}
TABLE_6 = {
    "number_guessing": (("range_100",), (2.82, -49, 0.18)),
    "hangman": (("ending_ABLE",), (5.54, 88, 0.60)),
    "wordladder": (("order_left_to_right",), (7.42, -6, 0.74)),
    "secretary": (("best_is_last",), (4.33, 30, 0.43)),
}


def main() -> None:
    """Read the runs and print the table."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    scores = list(_recorded(map(Path, sys.argv[1:])))
    rows = [row for cell in cells() if (row := _row(cell, scores)) is not None]
    table = Table(
        title="Published solo cells beside the given recordings, 95% intervals over sequences.",
        header=("table, env, model", "n", *HEADER),
        rows=tuple(rows),
    )
    print(as_text(table))  # noqa: T201 - this is what the script is for


def _recorded(runs: Iterable[Path]) -> Iterator[tuple[str, Score]]:
    for run in runs:
        for trajectory in read_trajectories(run):
            yield str(trajectory.metadata.get("variant", "")), score(trajectory)


def _row(cell: Cell, scores: Iterable[tuple[str, Score]]) -> tuple[str, ...] | None:
    mine = [one for variant, one in scores if variant == cell.variant and _belongs(cell, one)]
    if not mine:
        return None
    found: Summary = summary("", cell.variant, mine)
    total, gain, final = (
        found.measures[name] for name in ("cumulative_reward", "gain_ratio", "final_reward")
    )
    cumulative, percent, last = cell.published
    return (
        f"{cell.table} {cell.core_env} {cell.variant}",
        str(len(mine)),
        with_interval(total, ".2f"),
        f"{cumulative:.2f}",
        UNDEFINED if gain.value is None else f"{gain.value:+.0%}",
        f"{percent:+d}%",
        with_interval(final, ".2f"),
        f"{last:.2f}",
    )


def _belongs(cell: Cell, one: Score) -> bool:
    env_id: EnvId = one.env_id
    return (
        env_id.core_envs == (cell.core_env,)
        and env_id.latent in cell.latents
        and (env_id.prompt, env_id.feedback) == CONDITION
        and env_id.num_tasks == NUM_TASKS
    )


if __name__ == "__main__":
    main()
