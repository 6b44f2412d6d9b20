"""A folder in which a page's commands are run: a checkout, a run, a server, and what they make."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Self

from attrs import define, field, frozen

from handbook.pages import ROOT

SERVER = Path(__file__).with_name("server.py")
TIMED_OUT = 60
CHECKOUT = (
    *("latentgym-core", "latentgym-envs", "latentgym-train", "latentgym-viz", "examples"),
    *("benchmarks", "constraints.txt", "noxfile.py"),
)
"""What a page may name of the repository."""


@frozen
class CommandServer:
    """Runs `latentgym` in processes that start at once, see `server`."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls) -> Self:
        """Start it; it imports what takes long while the first pages are read."""
        channel = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        alone = {**os.environ, "OMP_NUM_THREADS": "1"}  # threads of several pages would wait busily
        return cls(subprocess.Popen([sys.executable, str(SERVER)], env=alone, **channel))

    def end(self) -> None:
        """End it."""
        self.process.communicate()

    def run(self, world: "World", words: Sequence[str], until: str = "") -> tuple[int, str]:
        """Exit code of a command, and what it said."""
        said = world.folder / ".said"
        said.write_text("")
        order = {"words": list(words), "folder": str(world.folder), "said": str(said)}
        order |= {"variables": world.variables, "until": until}
        channels: tuple[IO[str], IO[str]] = (self.process.stdin, self.process.stdout)
        print(json.dumps(order), file=channels[0], flush=True)
        return int(channels[1].readline()), said.read_text("utf-8", errors="replace")


@define(kw_only=True)
class World:
    """Where the commands of one page are run.

    Attributes:
        folder: The current folder of the commands.
        server: Runs `latentgym`.
        variables: Of the environment; a page may export more.
        venvs: Names of virtual environments that the page has made.
    """

    folder: Path
    server: CommandServer
    variables: dict[str, str]
    venvs: set[str] = field(factory=set)

    @classmethod
    def make(cls, folder: Path, server: CommandServer, model_server: str) -> Self:
        """A fresh one.

        Args:
            folder: Empty.
            server: Runs `latentgym`.
            model_server: Base URL of what stands in for the OpenAI API.
        """
        for name in CHECKOUT:
            (folder / name).symlink_to(ROOT / name)
        (folder / "site").mkdir()
        variables = {
            "OPENAI_API_KEY": "sk-of-a-test",
            "OPENAI_BASE_URL": model_server,
            "PYTHONPATH": os.pathsep.join([str(folder / "site"), os.environ.get("PYTHONPATH", "")]),
            "LOGNAME": "reader",
            "OMP_NUM_THREADS": "1",
        }
        return cls(folder=folder, server=server, variables=variables)

    def latentgym(self, *words: str, until: str = "") -> str:
        """What a `latentgym` command says.

        Raises:
            AssertionError: It failed.
        """
        code, said = self.server.run(self, words, until)
        assert code == (130 if until else 0), f"latentgym {' '.join(words)}: {code}\n{said}"
        return said

    def python(self, *words: str) -> str:
        """What a Python program says.

        Raises:
            AssertionError: It failed.
        """
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**os.environ, **self.variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMED_OUT,
            check=False,
        )
        assert not done.returncode, f"python {' '.join(words)}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def path(self, name: str) -> Path:
        """A file or folder that a page names.

        Raises:
            AssertionError: There is none.
        """
        found = self.folder / name
        assert found.exists(), f"there is no {name}"
        return found
