"""What pages are tried out with; `handbook` reads and runs them."""

import gzip
import shutil

import pytest
from handbook.world import CommandServer, World


@pytest.fixture(scope="session")
def command_server():
    server = CommandServer.start()
    yield server
    server.end()


@pytest.fixture(scope="session")
def small_run(command_server, loopback_server, tmp_path_factory):
    """A run of two players, for pages that speak of any run."""
    folder = tmp_path_factory.mktemp("small")
    world = World.make(folder, command_server, loopback_server.url)
    agents = ("--agent", "scripted/blind", "--agent", "scripted/bayes")
    prompts = [f"number_guessing/set_of_2/{each}/standard/ep4" for each in ("no_info", "some_info")]
    world.latentgym("eval", *prompts, *agents, "-n", "4", "--out", "RUN")
    return folder / "RUN"


@pytest.fixture
def world(command_server, loopback_server, small_run, tmp_path):
    """A world with a run called RUN, of which OTHER is a copy, and recordings of its plays."""
    made = World.make(tmp_path, command_server, loopback_server.scene().url)
    for name in ("RUN", "OTHER"):
        shutil.copytree(small_run, tmp_path / name)
    (tmp_path / "recordings").mkdir()
    with gzip.open(tmp_path / "recordings" / "some.jsonl.gz", "wb") as file:
        file.write((small_run / "trajectories.jsonl").read_bytes())
    return made
