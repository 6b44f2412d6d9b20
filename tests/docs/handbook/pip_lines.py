"""`pip install` lines: paths and extras exist; a plugin is really installed, our packages are."""

import re
import tomllib

from handbook.shell import Command
from handbook.world import World

CONSTRAINTS = "constraints.txt"
"""What may be named without a path is pinned there; our own packages are on no index."""
WITH_VALUE = ("-c", "-r", "--find-links")
PART = re.compile(r"(?P<path>\./[\w./-]+?)(?:\[(?P<extras>[\w,]+)\])?")


def pip(world: World, command: Command) -> None:
    """Check a line, and install the plugins that it names into the world.

    Raises:
        AssertionError: It names what is not there.
    """
    verb, *words = command.words[1:]
    assert verb == "install", f"no rule for pip {verb}: {command.line}"
    parts = []
    while words:
        word = words.pop(0)
        if word in WITH_VALUE:
            world.path(words.pop(0))
        elif not word.startswith("-"):
            parts.append(word)
    for part in parts:
        _install(world, part, command)


def _install(world: World, part: str, command: Command) -> None:
    if re.search(
        rf"^{re.escape(part)}==", world.path(CONSTRAINTS).read_text("utf-8"), re.MULTILINE
    ):
        return
    named = PART.fullmatch(part)
    assert named is not None, f"{part} is neither a path nor in {CONSTRAINTS}: {command.line}"
    folder = world.path(named["path"])
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    extras = set(filter(None, (named["extras"] or "").split(",")))
    assert extras <= set(project.get("optional-dependencies", {})), f"no such extra: {command.line}"
    if folder.parent != world.folder or not folder.is_symlink():
        world.python(
            *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--no-build-isolation", "--no-index", "--target", "site", str(folder)),
        )
