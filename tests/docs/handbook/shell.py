"""Console blocks as commands: enough of a shell for what a page may say."""

import re
import shlex
from collections.abc import Mapping

from attrs import field, frozen

QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
ASSIGNMENT = re.compile(r"([A-Z][A-Z0-9_]*)=(.*)")
NEEDS_QUOTES = re.compile(r"[?\[\]|<>;{}!]|(?<!&)&(?!&)")
"""Signs that one shell or another takes for its own where they stand bare."""


@frozen
class Command:
    """A program that is called.

    Attributes:
        line: As the page has it.
        words: The program and its arguments.
        variables: Set for this command alone.
    """

    line: str
    words: tuple[str, ...]
    variables: Mapping[str, str] = field(factory=dict)

    @property
    def program(self) -> str:
        """Its name without the folder it lies in."""
        return self.words[0].rpartition("/")[2]


def commands(text: str) -> list[Command]:
    """The commands of a block, in order; `a && b` is two.

    Raises:
        ValueError: A line means different things to different shells.
    """
    lines = [bare for line in text.splitlines() if (bare := _without_comment(line))]
    return [_command(part) for line in lines for part in _parts(line)]


def _without_comment(line: str) -> str:
    return re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()


def _parts(line: str) -> list[str]:
    if found := NEEDS_QUOTES.search(QUOTED.sub("", line)):
        raise ValueError(f"{found[0]!r} needs quotes in: {line}")
    return [each.strip() for each in line.split(" && ")]


def _command(line: str) -> Command:
    words, variables = shlex.split(line), {}
    while found := ASSIGNMENT.fullmatch(words[0]):
        variables[found[1]] = found[2]
        words = words[1:]
    return Command(line, tuple(words), variables)
