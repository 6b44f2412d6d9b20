"""Fixtures for all tests."""

import importlib.util
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
