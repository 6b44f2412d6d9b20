"""Write the site as files for any web host."""

from pathlib import Path

from latentgym_core.errors import LatentGymError, SpecError
from latentgym_core.records.whole_files import is_free, write_whole
from latentgym_viz.explorer.single_file import single_file
from latentgym_viz.explorer.site import Site


def export(site: Site, where: Path) -> int:
    """Write a folder, or one file if the name ends in `.html`.

    Args:
        site: What is written.
        where: A new or empty folder, or a file.

    Returns:
        The bytes written.

    Raises:
        SpecError: The folder holds something.
        LatentGymError: It cannot be written.
    """
    try:
        if where.suffix == ".html":
            return _write(where, single_file(site))
        if not is_free(where):
            raise SpecError(f"{where} is not empty; name a new folder, or a file SITE.html.")
        return sum(
            _write(where / path, content.body)
            for path in site.paths()
            if (content := site.content(path)) is not None
        )
    except OSError as error:
        raise LatentGymError(f"{where} cannot be written ({error.strerror or error}).") from error


def _write(path: Path, body: bytes) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, body)
    return len(body)
