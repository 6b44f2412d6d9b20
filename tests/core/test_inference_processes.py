"""The analysis on several processes, started from a script of any kind."""

import subprocess
import sys

import pytest

from latentgym_core.errors import LatentGymError
from latentgym_core.inference.fresh_processes import in_processes

SQUARES = "print(sorted(found for _, found in in_processes(abs, [-1, -2, -3], 2)))"
IMPORT = "from latentgym_core.inference.fresh_processes import in_processes\n"
GUARD = 'if __name__ == "__main__":\n    '


def script(folder, text):
    (folder / "mine.py").write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "mine.py"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_script_with_a_main_guard_gets_every_result(tmp_path):
    assert script(tmp_path, IMPORT + GUARD + SQUARES).stdout == "[1, 2, 3]\n"


def test_a_script_without_one_is_told_before_a_process_starts(tmp_path):
    done = script(tmp_path, IMPORT + SQUARES)
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert "mine.py has no main guard" in done.stderr.splitlines()[-1]
    assert "Order(jobs=1)" in done.stderr.splitlines()[-1]


def test_a_call_outside_of_the_guard_is_one_sentence_in_the_end(tmp_path):
    done = script(tmp_path, IMPORT + SQUARES + "\n" + GUARD + "pass\n")
    assert "ended before its work was done" in done.stderr.splitlines()[-1]


def test_a_process_that_is_killed_is_a_sentence():
    with pytest.raises(LatentGymError, match="it was killed, it ran out of memory"):
        list(in_processes(__import__("os")._exit, [1], 1))
