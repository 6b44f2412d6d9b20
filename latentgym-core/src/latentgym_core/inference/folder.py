"""`inference.jsonl` in a run folder: the analyses of its trajectories, one line each."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.jsonl import read_json_lines
from latentgym_core.serial import dump_line, from_data, to_sparse_data

INFERENCE = "inference.jsonl"


def read_analyses(run: Path) -> Iterator[SequenceAnalysis]:
    """The analyses kept in a run folder, in file order; nothing if there are none.

    Raises:
        SpecError: A line is not an analysis.
    """
    path = run / INFERENCE
    if path.is_file():
        for _, data in read_json_lines(path):
            yield from_data(SequenceAnalysis, data)


def write_analyses(run: Path, analyses: Iterable[SequenceAnalysis]) -> None:
    """Replace the analyses of a run folder in one step."""
    draft = run / f"{INFERENCE}.draft"
    with draft.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for analysis in analyses:
            file.write(dump_line(to_sparse_data(analysis)) + "\n")
    draft.replace(run / INFERENCE)
