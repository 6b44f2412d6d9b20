"""`inference.jsonl` in a run folder: the analyses of its trajectories, one line each."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from latentgym_core.inference.findings.failure_modes import key_of
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.records.jsonl import TRAJECTORIES, read_json_lines, read_trajectories
from latentgym_core.records.serial import dump_line, from_data, to_sparse_data

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


def keep_analyses(files: Iterable[Path], analyses: Iterable[SequenceAnalysis]) -> None:
    """Write analyses next to the trajectories they belong to.

    Args:
        files: `trajectories.jsonl` of run folders; other files keep no analyses.
        analyses: Of all of them.
    """
    found = {key_of(each): each for each in analyses}
    for file in files:
        if file.name == TRAJECTORIES:
            keys = [key_of(each) for each in read_trajectories(file)]
            write_analyses(file.parent, (found[key] for key in keys if key in found))


def write_analyses(run: Path, analyses: Iterable[SequenceAnalysis]) -> None:
    """Replace the analyses of a run folder in one step."""
    draft = run / f"{INFERENCE}.draft"
    with draft.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for analysis in analyses:
            file.write(dump_line(to_sparse_data(analysis)) + "\n")
    draft.replace(run / INFERENCE)
