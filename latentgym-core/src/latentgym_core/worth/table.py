"""Tables of what z is worth, as CSV: one row for each environment, rewards per task.

Prompts do not enter, because scripted players read none. Columns end in `_sd` where they are a
standard deviation over sequences, `_gain` where they are a paired difference to blind.
"""

import csv
import io
from collections.abc import Iterable

from latentgym_core.errors import SpecError
from latentgym_core.records.csv_text import csv_text
from latentgym_core.registry.packaged import read_packaged
from latentgym_core.registry.registry import Registry
from latentgym_core.worth.records import Spread, Worth

PARTS = ("blind", "told", "told_gain", "bayes", "bayes_gain")
COLUMNS = ("id", "sequences", *(name for part in PARTS for name in (part, f"{part}_sd")))
DIGITS = 4


def worths_of(registry: Registry, core_env: str) -> tuple[Worth, ...]:
    """The table that a core env ships; empty if it ships none.

    Raises:
        UnknownNameError: There is no such core env.
        SpecError: The table cannot be read.
    """
    file = registry.core_env(core_env).spec.worth
    return parse_worths(read_packaged(file), file) if file else ()


def parse_worths(text: str, where: str) -> tuple[Worth, ...]:
    """Read a table.

    Args:
        text: CSV with the columns `COLUMNS`.
        where: What the table is called in errors.

    Raises:
        SpecError: Other columns, or a cell that is no number.
    """
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise SpecError(f"{where}: its columns are not {', '.join(COLUMNS)}.")
    return tuple(_read(row, f"{where} line {reader.line_num}") for row in reader)


def format_worths(worths: Iterable[Worth]) -> str:
    """Print a table so that `parse_worths` reads it back, rounded to `DIGITS` decimals."""
    return csv_text(
        [COLUMNS, *((each.env_id, each.num_sequences, *_cells(each)) for each in worths)]
    )


def _read(row: dict[str, str], where: str) -> Worth:
    try:
        spreads = {part: _spread(row[part], row[f"{part}_sd"]) for part in PARTS}
        return Worth(env_id=row["id"], num_sequences=int(row["sequences"]), **spreads)  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise SpecError(f"{where} is no row of a table of worths ({error}).") from error


def _spread(mean: str, deviation: str) -> Spread | None:
    return Spread(mean=float(mean), deviation=float(deviation)) if mean else None


def _cells(worth: Worth) -> list[str]:
    cells: list[str] = []
    for part in PARTS:
        spread: Spread | None = getattr(worth, part)
        numbers = (spread.mean, spread.deviation) if spread else ()
        cells += [f"{round(number, DIGITS) + 0.0:.{DIGITS}f}" for number in numbers] or ["", ""]
    return cells
