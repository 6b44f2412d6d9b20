"""Print the oldest releases that our distributions say they work with, one pin a line.

    python tools/lowest.py "./latentgym-core[data,local]" ./latentgym-train torch==2.13.0

Where several declare a package, the highest of their lower bounds is the oldest release that all
of them take. What an argument pins itself is left out.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

FOLDER = re.compile(r"\./([\w-]+)(?:\[([\w,-]+)\])?")
OURS = "latentgym-"


def declared(argument: str) -> Iterator[Requirement]:
    """What a folder such as `./latentgym-core[data]` needs of others; nothing for no folder."""
    folder = FOLDER.fullmatch(argument)
    if folder is None:
        return
    project = tomllib.loads(Path(folder[1], "pyproject.toml").read_text("utf-8"))["project"]
    extras = folder[2].split(",") if folder[2] else ()
    lists = (project["dependencies"], *(project["optional-dependencies"][name] for name in extras))
    for requirement in (Requirement(text) for each in lists for text in each):
        if not requirement.name.startswith(OURS):
            yield requirement


def lower_bound(requirement: Requirement) -> Version:
    """The version behind `>=`."""
    for clause in requirement.specifier:
        if clause.operator == ">=":
            return Version(clause.version)
    raise SystemExit(f"{requirement} has no lower bound; write one (>=) into its pyproject.toml.")


def lower_bounds(arguments: Sequence[str]) -> dict[str, Version]:
    """Name to the oldest version that all folders among the arguments take."""
    pinned = {text.partition("==")[0] for text in arguments if "==" in text}
    bounds: dict[str, Version] = {}
    for requirement in (each for text in arguments for each in declared(text)):
        name, bound = requirement.name, lower_bound(requirement)
        if name not in pinned:
            bounds[name] = max(bound, bounds.get(name, bound))
    return bounds


if __name__ == "__main__":
    for name, version in sorted(lower_bounds(sys.argv[1:]).items()):
        print(f"{name}=={version}")
