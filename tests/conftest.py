"""Fixtures for all tests."""

import gzip
import importlib.util
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine must not fail a property.
settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")

# A shell that starts the tests in the background hands on that Ctrl-C is ignored.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

BESIDE = Path(__file__).parents[2] / "shared" / "recorded"
RECORDINGS = Path(os.environ.get("LATENTGYM_RECORDINGS") or BESIDE)
NO_RECORDINGS = (
    "the published recordings are not in {}; put the trajectory files of the LatentGym project "
    "website (listed in its index.json) into a folder, run `python "
    "latentgym-core/scripts/gather_recordings.py FOLDER recordings`, and set "
    "LATENTGYM_RECORDINGS=recordings"
)
SERVER = Path(__file__).parent / "core" / "loopback_server.py"


@pytest.fixture(scope="session")
def loopback_server():
    """A model server in a process of its own; `loopback_server.scene(**behaviour)` opens one.

    See `core/loopback_server.py` for what a scene can do.
    """
    spec = importlib.util.spec_from_file_location("loopback_server", SERVER)
    module = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    with module.LoopbackServer() as server:
        yield server


@pytest.fixture(scope="session")
def recorded():
    """`recorded("wordle")`: the file with a core env's published recordings.

    They are not ours to hand on; where they are absent, the test is skipped.
    """

    def find(core_env):
        path = RECORDINGS / f"{core_env}.jsonl.gz"
        if not path.is_file():
            pytest.skip(NO_RECORDINGS.format(RECORDINGS))
        return path

    return find


@pytest.fixture(scope="session")
def recorded_data(recorded):
    """`recorded_data("wordle")`: each of them as its publisher writes it, one at a time."""

    def read(core_env):
        with gzip.open(recorded(core_env), "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    return read
