"""Write replayed recordings as a run folder, which metrics and viewers read like any other."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import TRAJECTORIES, write_trajectories
from latentgym_core.records.trajectory import Trajectory
from latentgym_core.records.whole_files import is_free, write_whole
from latentgym_core.runs.folder import CONFIG, write_summary
from latentgym_core.sequence.recording import core_version


def check_new(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises:
        SpecError: It does, or it is a file.
    """
    if not is_free(folder):
        raise SpecError(f"{folder} is not empty; name a new folder for the replayed run.")


def write_replay(folder: Path, trajectories: Iterable[Trajectory], sources: Sequence[str]) -> None:
    """Write a run folder: the trajectories one by one, then what they come to.

    Args:
        folder: New or empty.
        trajectories: Taken one at a time; the file appears when all are written.
        sources: What was replayed, for the record.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_trajectories(folder / TRAJECTORIES, trajectories)
    write_whole(folder / CONFIG, _config(sources))
    write_summary(folder)


def _config(sources: Sequence[str]) -> str:
    import tomlkit

    made_by = {"command": "replay", "sources": list(sources), "latentgym-core": core_version()}
    return tomlkit.dumps({"replay": made_by})
