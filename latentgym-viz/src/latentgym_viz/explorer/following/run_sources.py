"""Which runs the arguments of a command name."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import TRAJECTORIES
from latentgym_core.runs.folder import CONFIG


@frozen(kw_only=True)
class RunSource:
    """A run to be looked at.

    Attributes:
        name: Short and different from that of every other run.
        folder: Where its files lie; nothing outside is read.
        file: Name of the file of trajectories in it.
    """

    name: str
    folder: Path
    file: str = TRAJECTORIES

    @property
    def path(self) -> Path:
        """What `latentgym metrics` would be given."""
        return self.folder if self.file == TRAJECTORIES else self.folder / self.file

    def holds(self, path: Path) -> bool:
        """Whether a file is there and is no link that leads out of the folder."""
        return path.is_file() and path.resolve().is_relative_to(self.folder)


def find_runs(arguments: Iterable[Path]) -> tuple[RunSource, ...]:
    """Run folders, files of trajectories, or folders that hold any number of run folders.

    Raises:
        SpecError: An argument holds no run.
    """
    files = dict.fromkeys(file for argument in arguments for file in _files(argument.resolve()))
    names = _names([_place(file) for file in files])
    return tuple(
        RunSource(name=name, folder=file.parent, file=file.name)
        for name, file in zip(names, files, strict=True)
    )


def _files(argument: Path) -> Sequence[Path]:
    if not argument.exists():
        raise SpecError(f"There is no run {argument}.")
    if not argument.is_dir():
        if not argument.name.endswith((".jsonl", ".jsonl.gz")):
            raise SpecError(f"{argument} is no run: name a run folder or a .jsonl[.gz] file.")
        return [argument]
    if (argument / TRAJECTORIES).exists() or (argument / CONFIG).exists():
        return [argument / TRAJECTORIES]
    found = sorted(argument.rglob(TRAJECTORIES))
    if not found:
        raise SpecError(
            f"{argument} holds no run: `latentgym eval ID --agent A --out {argument}` plays one, "
            f"`latentgym replay FILE --out {argument}` imports a recording."
        )
    return found


def _place(file: Path) -> tuple[str, ...]:
    """The parts of the path that name a run."""
    return file.parent.parts[1:] if file.name == TRAJECTORIES else file.parts[1:]


def _names(places: Sequence[tuple[str, ...]]) -> list[str]:
    """The last parts of each path, as many as it takes to tell it from the others."""
    names = []
    for place in places:
        rivals = [other for other in places if other != place]
        kept = 1
        while any(other[-kept:] == place[-kept:] for other in rivals) and kept < len(place):
            kept += 1
        names.append("/".join(place[-kept:]) or "run")
    return names
