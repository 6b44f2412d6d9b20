"""Build a wheel and an sdist of every distribution, and install the wheels as strangers do.

    python tools/wheels.py DIST constraints.txt    # needs `build` and `twine`

Every scenario has a clean venv and an empty folder to run in; pip finds our wheels by name in a
folder, as in an index. Nothing of this repository is on the path.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
DISTRIBUTIONS = ("latentgym-core", "latentgym-envs", "latentgym-train", "latentgym-viz")
MAZE = "examples/latentgym-maze"
EVAL = "latentgym eval {} --agent scripted/blind -n 2 --out run"
SCENARIOS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("latentgym-core",), ("latentgym list", "latentgym plugins")),
    (
        ("latentgym-envs",),
        ("latentgym list", "latentgym check number_guessing", EVAL.format("number_guessing")),
    ),
    (
        ("latentgym-core", "latentgym-maze"),
        ("latentgym list core-envs", "latentgym check maze", EVAL.format("maze")),
    ),
    (
        DISTRIBUTIONS,
        (
            *("latentgym --version", EVAL.format("wordle")),
            *("latentgym report run --out report", "latentgym train --recipes"),
        ),
    ),
)
"""What is installed by name, and what has to work then."""


def run(*command: str | Path, folder: Path, **environment: str) -> None:
    """Run a command and end with its exit code if it fails."""
    print("$", *command, flush=True)
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def build(folder: Path) -> None:
    """Wheels and sdists of all distributions, their metadata checked; wheels come from sdists."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in (*DISTRIBUTIONS, MAZE):
        run(sys.executable, "-m", "build", "--outdir", folder, ROOT / name, folder=ROOT)
    run(sys.executable, "-m", "twine", "check", "--strict", *folder.iterdir(), folder=ROOT)


def play_stranger(
    index: Path, constraints: Path, names: Sequence[str], commands: Sequence[str]
) -> None:
    """Install by name in a clean venv, and run commands in an empty folder."""
    with tempfile.TemporaryDirectory() as temporary:
        environment, empty = Path(temporary, "venv"), Path(temporary, "empty")
        venv.create(environment, with_pip=True)
        empty.mkdir()
        binaries = environment / ("Scripts" if os.name == "nt" else "bin")
        install = (binaries / "python", "-m", "pip", "install", "-q", "-c", constraints)
        run(*install, "--find-links", index, *names, folder=empty, PYTHONPATH="")
        for command in commands:
            program, *arguments = command.split()
            run(binaries / program, *arguments, folder=empty, PYTHONPATH="")


def main(index: str, constraints: str) -> None:
    """Build, then play every scenario."""
    folder = Path(index).resolve()
    build(folder)
    for names, commands in SCENARIOS:
        play_stranger(folder, Path(constraints).resolve(), names, commands)


if __name__ == "__main__":
    main(*sys.argv[1:])
