"""Say which newer releases break us, one line a package.

    python tools/newest.py constraints.txt PYTEST_ARGUMENTS...

Runs in an environment that was installed without the constraints. If the tests fail, every package
that is newer than its pin is put back alone, the failed tests run again, and the package is blamed
if they pass then. What no single package explains is listed as well. Exit 1 if anything failed.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path

PIN = re.compile(r"([\w.-]+)==([^\s;]+)(?:\s*;\s*(.+))?")
Versions = Mapping[str, str]


def name_of(package: str) -> str:
    """A package's name in the spelling that indexes compare."""
    return re.sub(r"[-_.]+", "-", package).lower()


def read_pins(text: str) -> dict[str, str]:
    """Name to version of a constraints file, as far as its lines hold on this machine."""
    from packaging.markers import Marker

    found = (PIN.fullmatch(line.strip()) for line in text.splitlines())
    return {
        name_of(each[1]): each[2]
        for each in found
        if each and (each[3] is None or Marker(each[3]).evaluate())
    }


def installed() -> dict[str, str]:
    """Name to version of what is installed, without local labels."""
    return {name_of(each.name): each.version.partition("+")[0] for each in metadata.distributions()}


def changed(pinned: Versions, present: Versions) -> dict[str, tuple[str, str]]:
    """Name to pinned and installed version, where they differ."""
    return {
        name: (version, present[name])
        for name, version in sorted(pinned.items())
        if present.get(name, version) != version
    }


def run_tests(arguments: Sequence[str]) -> bool:
    """Whether pytest passes."""
    return not subprocess.run([sys.executable, "-m", "pytest", *arguments], check=False).returncode


def install(name: str, version: str) -> None:
    """Put one package at a version and leave all others alone."""
    command = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps")
    subprocess.run([*command, f"{name}=={version}"], check=False)


def blamed(differences: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    """Packages that, put back alone, let the tests pass that failed last."""
    for name, (old, new) in differences.items():
        install(name, old)
        passes = run_tests(["-q", "--last-failed", "--last-failed-no-failures=none", "-x"])
        install(name, new)
        if passes:
            yield name


def verdict(differences: Mapping[str, tuple[str, str]], guilty: Sequence[str]) -> Iterator[str]:
    """One line a package: who breaks us, or who may."""
    for name in guilty or differences:
        old, new = differences[name]
        what = "breaks us" if name in guilty else "may break us"
        yield f"{name} {new} {what}; {old} is pinned"
    if not differences:
        yield "No package differs from its pin: the fault is ours."


def main(constraints: str, *arguments: str) -> int:
    """Test, and explain a failure."""
    pinned = read_pins(Path(constraints).read_text(encoding="utf-8"))
    differences = changed(pinned, installed())
    print(f"{len(differences)} packages differ from their pins.")
    for name, (old, new) in differences.items():
        print(f"  {name} {new} ({old} is pinned)")
    if run_tests(arguments):
        print("Nothing newer breaks us.")
        return 0
    print("\n".join(verdict(differences, list(blamed(differences)))))
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
