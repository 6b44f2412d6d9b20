"""A run that is killed or interrupted, in a process of its own, ends as if it had not been."""

import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from latentgym_core.handoff.run import HANDOFF
from latentgym_core.records.jsonl import TRAJECTORIES
from latentgym_core.runs.folder import CONFIG, LOG, SUMMARY

LAMPS = Path(__file__).parents[1] / "core/lamps.py"
SPEC = importlib.util.spec_from_file_location("lamps", LAMPS)
lamps = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lamps)

NUM_KILLS = 10
NUM_SEQUENCES = 40
AGENTS = ("--agent", "steady?delay=0.02", "--agent", "scripted/in_turn")
RUN = ("lamps", *AGENTS, "-n", str(NUM_SEQUENCES), "--concurrency", "4")
COMMANDS = {"eval": (CONFIG, TRAJECTORIES, SUMMARY), "handoff": (CONFIG, TRAJECTORIES, HANDOFF)}
"""Both play, resume and stop the same way; what they leave."""
PATIENCE = 60.0


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """Starts `latentgym` with the lamps installed."""
    path = lamps.install(tmp_path_factory.mktemp("plugin"))
    inherited = {key: value for key, value in os.environ.items() if "LATENTGYM" not in key}

    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-c", "from latentgym_core.cli import main; main()"]
            + [str(each) for each in arguments],
            env={**inherited, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def complete(process):
    stdout, stderr = process.communicate(timeout=PATIENCE)
    return process.returncode, stdout, stderr


def contents(path, command):
    return {name: (path / name).read_bytes() for name in COMMANDS[command]}


def wait_until(process, condition):
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and not condition():
        assert time.monotonic() < deadline, "the run never came that far"
        time.sleep(0.002)


def num_lines(path, containing=b""):
    """Whole lines of a file, which another process may be writing."""
    if not path.exists():
        return 0
    return sum(containing in line for line in path.read_bytes().split(b"\n")[:-1])


@pytest.fixture(scope="module", params=COMMANDS)
def command(request):
    return request.param


@pytest.fixture(scope="module")
def whole(start, command, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "run"
    code, _, stderr = complete(start(command, *RUN, "--out", out))
    assert code == 0, stderr
    return contents(out, command)


def test_a_run_killed_ten_times_ends_with_the_same_bytes(start, command, whole, tmp_path):
    out = tmp_path / "run"
    moments = random.Random(20240607)
    num_lines_at_death = []
    for kill in range(NUM_KILLS):
        process = start(command, *(("--resume", out) if kill else (*RUN, "--out", out)))
        wait_until(process, lambda: num_lines(out / LOG, b"playing") == kill + 1)  # noqa: B023
        time.sleep(moments.uniform(0, 0.15))
        process.kill()
        complete(process)
        num_lines_at_death.append(num_lines(out / TRAJECTORIES))
    assert num_lines_at_death == sorted(num_lines_at_death), "a finished sequence was lost"
    num_plays = whole[TRAJECTORIES].count(b"\n")
    assert num_lines_at_death[0] < num_plays, "the first kill came too late to test anything"
    code, stdout, stderr = complete(start(command, "--resume", out))
    assert code == 0, stderr
    assert "intervals" in stdout
    assert contents(out, command) == whole


def test_an_interrupted_run_says_how_to_go_on_and_its_folder_is_its_own(
    start, command, whole, tmp_path
):
    out = tmp_path / "run"
    process = start(command, *RUN, "--out", out)
    wait_until(process, lambda: num_lines(out / TRAJECTORIES))
    process.send_signal(signal.SIGSTOP)
    code, _, stderr = complete(start(command, "--resume", out))
    assert code == 1
    assert f"{out} is in use by another process" in stderr

    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGCONT)
    code, stdout, stderr = complete(process)
    assert code == 130
    assert stdout == ""
    *_, last = stderr.splitlines()
    assert last == f"Interrupted; `latentgym {command} --resume {out}` carries on."
    assert "Traceback" not in stderr
    assert 0 < num_lines(out / TRAJECTORIES) < whole[TRAJECTORIES].count(b"\n")

    code, _, stderr = complete(start(command, "--resume", out))
    assert code == 0, stderr
    assert contents(out, command) == whole
