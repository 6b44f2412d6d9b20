"""Resolve requirements into a constraints file: every package at one version, for every platform.

    python tools/lock.py constraints.txt ./latentgym-core ruff "torch==2.13.0"

`nox -s lock` calls it for all our files. uv resolves; a line per package is kept and ours are left
out. Local labels of versions (`+cpu`) are dropped, since indexes differ in them.
"""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HEAD = "# Every package at the version the tests pass with; `nox -s lock` writes this file anew.\n"
LOCAL_LABEL = re.compile(r"(==[^\s;+]+)\+[\w.]+")


def resolve(requirements: Iterable[str]) -> str:
    """What uv makes of requirements, for Python 3.11 and later on any platform."""
    command = ("uv", "pip", "compile", "--universal", "--python-version", "3.11", "--no-header")
    done = subprocess.run(
        [*command, "--no-annotate", "--quiet", "-"],
        input="\n".join(requirements),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"These requirements exclude each other:\n{done.stderr}")
    return done.stdout


def pins(resolved: str) -> Iterator[str]:
    """The lines that pin a package of somebody else's."""
    for line in resolved.splitlines():
        if "==" in line:
            yield LOCAL_LABEL.sub(r"\1", line)


def main(target: str, *requirements: str) -> None:
    """Write a constraints file."""
    lines = sorted(pins(resolve(requirements)))
    Path(target).write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{target}: {len(lines)} packages")


if __name__ == "__main__":
    main(*sys.argv[1:])
