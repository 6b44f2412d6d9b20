"""The files of a working plugin, as `latentgym new` writes them."""

import re
from importlib import resources
from string import Template

from latentgym_core.errors import SpecError

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def skeleton(name: str) -> dict[str, str]:
    """Path to text of every file of a plugin with one core env.

    Args:
        name: The core env; also part of the module's and the distribution's name.

    Raises:
        SpecError: It cannot be all three.
    """
    if not NAME.fullmatch(name):
        raise SpecError(
            f"{name!r} cannot name a plugin: write lower-case letters, digits and single "
            f"underscores, starting with a letter, as in card_game."
        )
    module = f"latentgym_{name}"
    words = {
        "name": name,
        "module": module,
        "distribution": module.replace("_", "-"),
        "title": name.replace("_", " ").capitalize(),
        "Title": "".join(word.capitalize() for word in name.split("_")),
    }
    files = {
        "pyproject.toml": "pyproject.toml.txt",
        "README.md": "README.md.txt",
        f"{module}.py": "module.py.txt",
        f"tests/test_{name}.py": "test.py.txt",
    }
    folder = resources.files(__name__)
    return {
        path: Template((folder / template).read_text("utf-8")).substitute(words)
        for path, template in files.items()
    }
