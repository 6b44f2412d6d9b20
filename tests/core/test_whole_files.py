"""Files and folders are whole or as they were, whatever ends the writing."""

import resource
import signal
import subprocess
import sys

import pytest

from latentgym_core.records.whole_files import draft_of, drafted, is_free, write_whole

KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from latentgym_core.records.whole_files import write_whole

def parts():
    yield "half of "
    os.kill(os.getpid(), signal.SIGKILL)

write_whole(Path(sys.argv[1]), parts())
"""


def contents(folder):
    return {path.name: path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "content", ["zwölf\n", "zwölf\n".encode(), ["zw", "ölf".encode(), "\n"], iter(["zwölf", "\n"])]
)
def test_text_bytes_and_parts_of_both_are_written_as_they_are(tmp_path, content):
    write_whole(tmp_path / "a.txt", content)
    assert (tmp_path / "a.txt").read_bytes() == "zwölf\n".encode()
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_lone_surrogate_is_written_as_an_escape(tmp_path):
    write_whole(tmp_path / "a.json", '"\ud800"')
    assert (tmp_path / "a.json").read_bytes() == rb'"\ud800"'


def test_a_kill_leaves_what_was_there_and_the_next_write_clears_up(tmp_path):
    file = tmp_path / "a.txt"
    for there in ({}, {"a.txt": "old"}):
        command = [sys.executable, "-c", KILLED_WHILE_WRITING, str(file)]
        assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
        assert draft_of(file).exists()
        assert {name: text for name, text in contents(tmp_path).items() if name == "a.txt"} == there
        write_whole(file, "old")
        assert contents(tmp_path) == {"a.txt": "old"}


def test_a_full_disk_leaves_what_was_there(tmp_path):
    file = tmp_path / "a.txt"
    write_whole(file, "old")
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, most))
    try:
        with pytest.raises(OSError, match="large"):
            write_whole(file, "new" * 1_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, most))
    assert contents(tmp_path) == {"a.txt": "old"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_parts_that_cannot_be_made_leave_what_was_there(tmp_path, error):
    def parts():
        yield "new"
        raise error

    write_whole(tmp_path / "a.txt", "old")
    with pytest.raises(error):
        write_whole(tmp_path / "a.txt", parts())
    assert contents(tmp_path) == {"a.txt": "old"}


def test_a_folder_replaces_a_folder_and_nothing_of_it_stays(tmp_path):
    for name in ("one", "two"):
        with drafted(tmp_path / "policy") as draft:
            draft.mkdir()
            (draft / name).write_text(name)
    assert contents(tmp_path) == {"two": "two"}
    assert [each.name for each in tmp_path.iterdir()] == ["policy"]


def test_a_file_does_not_replace_a_folder(tmp_path):
    (tmp_path / "site.html").mkdir()
    (tmp_path / "site.html" / "mine").write_text("mine")
    with pytest.raises(OSError, match="directory"):
        write_whole(tmp_path / "site.html", "page")
    assert contents(tmp_path) == {"mine": "mine"}


def test_several_files_are_all_written_before_one_is_moved(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for fails in (True, False):
        try:
            with drafted(first) as one, drafted(second) as two:
                one.write_text("1")
                two.write_text("2")
                assert 1 / (not fails)
        except ZeroDivisionError:
            assert is_free(tmp_path)
            assert not contents(tmp_path)
    assert contents(tmp_path) == {"first": "1", "second": "2"}


def test_a_folder_is_free_but_for_what_a_kill_leaves(tmp_path):
    folder = tmp_path / "run"
    assert is_free(folder)
    (folder / "data").mkdir(parents=True)
    draft_of(folder / "data" / "rows").write_text("half")
    draft_of(folder / "policy").mkdir()
    (draft_of(folder / "policy") / "weights").write_text("half")
    (folder / ".lock").write_text("")
    assert is_free(folder)
    (folder / "run.log").write_text("")
    assert not is_free(folder)
    assert is_free(folder, but=("run.log",))
    (folder / "data" / "rows").write_text("whole")
    assert not is_free(folder, but=("run.log",))
    assert not is_free(folder / "run.log")
