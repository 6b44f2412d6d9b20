"""Data files that plugins ship inside their packages, named `"package:path/in/it.csv"`."""

import re
from importlib import resources

from latentgym_core.errors import SpecError

PACKAGED = re.compile(r"[A-Za-z_][\w.]*:[^:]+")


def read_packaged(name: str) -> str:
    """The text of a packaged file, which may lie in a zip.

    Args:
        name: `"acme.maze:suites/quick.toml"`, the path as seen from the package's folder.

    Raises:
        SpecError: The package or the file does not exist, or is no UTF-8.
    """
    package, _, path = name.partition(":")
    try:
        return resources.files(package).joinpath(path).read_text("utf-8")
    except (ImportError, OSError, UnicodeDecodeError) as error:
        raise SpecError(f"The packaged file {name} cannot be read ({error}).") from error
