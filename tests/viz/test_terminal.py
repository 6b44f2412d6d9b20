"""Transcripts in a terminal: printed into a pipe, or walked with keys."""

import gzip
import io
import os
import select
import shutil
import subprocess
import sys

import pytest
from attrs import evolve
from rich.console import Console

from latentgym_core.errors import TrajectoryError
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories, write_trajectories
from latentgym_core.records.trajectory import ErrorRecord
from latentgym_viz.reviews.store import read_reviews
from latentgym_viz.terminal import walk
from latentgym_viz.terminal.position import KEYS, Position, moved, num_turns
from latentgym_viz.terminal.shelf import Shelf

CLEAR = "\x1b[2J\x1b[H"
LEAVE = "\x1b[?1049l"


def printed(*runs, **options):
    """What goes into a pipe."""
    file = io.StringIO()
    walk(runs, Console(file=file, width=80), **options)
    return file.getvalue()


def walked(run, *keys, width=90, height=24, **options):
    """The screens that a reader sees who presses keys and then leaves."""
    file = io.StringIO()
    pressed = iter([*keys, "q"])
    console = Console(file=file, force_terminal=True, width=width, height=height, no_color=True)
    walk([run], console, read_key=lambda: next(pressed), **options)
    screens = file.getvalue().split(CLEAR)[1:]
    assert LEAVE in screens[-1]
    return [screen.partition(LEAVE)[0] for screen in screens]


@pytest.fixture
def trajectory(scripted_run):
    return next(read_trajectories(scripted_run))


# ---- in a pipe


def test_a_pipe_gets_every_word_and_no_escape(scripted_run):
    text = printed(scripted_run)
    assert "\x1b" not in text
    for each in read_trajectories(scripted_run):
        assert each.env_id in text
        for turn in each.turns:
            assert turn.reply in text
            assert turn.event.observation.splitlines()[0] in text
    assert text.count("── task 1 of 4 ──") == len(Shelf([scripted_run]))
    assert "solved, reward" in text


def test_the_truth_is_told_only_when_asked(scripted_run, trajectory):
    assert trajectory.z_text not in printed(scripted_run)
    assert trajectory.z_text in printed(scripted_run, tells_truth=True)


def test_long_lines_are_neither_wrapped_nor_cut(tmp_path, trajectory):
    turns = (evolve(trajectory.turns[0], reply="x" * 100_000), *trajectory.turns[1:])
    write_trajectories(tmp_path / TRAJECTORIES, [evolve(trajectory, turns=turns)])
    assert "x" * 100_000 in printed(tmp_path)


def test_hostile_text_cannot_reach_the_terminal(tmp_path, trajectory):
    evil = "\x1b]0;title\x07\x1b[31m[bold red]markup[/] \u202eleft\r\n\x00"
    turns = tuple(evolve(turn, reply=evil, reasoning=evil) for turn in trajectory.turns)
    error = ErrorRecord(kind="\x1b[31mKind", message="gone")
    hostile = evolve(trajectory, agent=evil, turns=turns, z_text=evil, error=error)
    write_trajectories(tmp_path / TRAJECTORIES, [hostile])
    text = printed(tmp_path, tells_truth=True)
    assert not set(text) & {"\x1b", "\x07", "\x00", "\u202e", "\r"}
    assert "[bold red]markup[/]" in text
    for screen in walked(tmp_path, "g", "t", "j"):
        assert "\x1b]0;" not in screen
        assert not set(screen) & {"\x07", "\x00", "\u202e", "\r"}


def test_an_empty_run_is_an_error(tmp_path):
    (tmp_path / TRAJECTORIES).touch()
    with pytest.raises(TrajectoryError, match="no sequence has been played yet"):
        printed(tmp_path)
    with pytest.raises(TrajectoryError, match="cannot be read"):
        printed(tmp_path / "absent")


# ---- the shelf


def test_the_shelf_reads_what_the_core_reads(tmp_path, scripted_run):
    whole = list(read_trajectories(scripted_run))
    lines = (scripted_run / TRAJECTORIES).read_bytes()
    with gzip.open(tmp_path / "packed.jsonl.gz", "wb") as file:
        file.write(lines)
    (tmp_path / "torn.jsonl").write_bytes(lines + b'{"schema_version": 1, "env')
    (tmp_path / "unended.jsonl").write_bytes(lines.rstrip(b"\n"))
    for path in (scripted_run, *sorted(tmp_path.iterdir())):
        shelf = Shelf([path])
        assert [shelf[index] for index in range(len(shelf))] == whole
        assert shelf.agents == list(dict.fromkeys(each.agent for each in whole))
    assert len(Shelf([scripted_run, scripted_run])) == 2 * len(whole)


def test_a_damaged_line_names_its_place(tmp_path, scripted_run):
    lines = (scripted_run / TRAJECTORIES).read_bytes().splitlines(keepends=True)
    (tmp_path / "run.jsonl").write_bytes(lines[0] + b"x\n" + b'{"schema_version": 9}\n')
    shelf = Shelf([tmp_path / "run.jsonl"])
    with pytest.raises(TrajectoryError, match="sequence 2"):
        shelf[1]
    with pytest.raises(TrajectoryError, match="schema 9"):
        shelf[2]


# ---- keys


def test_turns_lead_from_task_to_task(trajectory):
    position = Position()
    seen = [position]
    for _ in trajectory.turns[1:]:
        position = moved(position, "j", trajectory, 1)
        seen.append(position)
    played = [(turn.task_index, turn.turn_index) for turn in trajectory.turns]
    assert [(each.task, each.turn) for each in seen] == played
    assert moved(position, "down", trajectory, 1) == position
    for expected in reversed(seen[:-1]):
        position = moved(position, "up", trajectory, 1)
        assert position == expected
    assert moved(position, "k", trajectory, 1) == position


def test_tasks_and_sequences_have_ends(trajectory):
    start = Position()
    assert moved(start, "p", trajectory, 2) == start
    last = start
    for _ in range(10):
        last = moved(last, "right", trajectory, 2)
    assert last == Position(task=3)
    assert moved(last, "]", trajectory, 2) == Position(sequence=1)
    assert moved(Position(sequence=1), "N", trajectory, 2) == Position(sequence=1)
    assert moved(Position(sequence=1, task=2), "[", trajectory, 2) == start
    assert moved(start, "x", trajectory, 2) == start


def test_switches_go_on_and_off(trajectory):
    for key, name in (("g", "tells_truth"), ("t", "tells_reasoning"), ("?", "helps")):
        on = moved(Position(), key, trajectory, 1)
        assert on == evolve(Position(), **{name: True})
        assert moved(on, key, trajectory, 1) == Position()
    down = moved(Position(), "space", trajectory, 1)
    assert down.scroll > 0
    assert moved(down, "b", trajectory, 1) == Position()


# ---- screens


def test_a_reader_walks_and_sees_what_the_keys_ask_for(scripted_run, trajectory):
    first, task, truth, hidden, sequence = walked(scripted_run, "n", "g", "g", "]")
    assert trajectory.env_id in first
    assert "task 1 of 4" in first
    assert trajectory.opening[0]["content"].splitlines()[0] in first
    assert "task 2 of 4" in task
    assert trajectory.z_text not in task
    assert trajectory.z_text in truth
    assert trajectory.z_text not in hidden
    assert "1/8" in hidden
    assert "2/8" in sequence
    assert "task 1 of 4" in sequence


def test_a_screen_is_never_higher_than_the_terminal(tmp_path, trajectory):
    turns = tuple(evolve(turn, reply="long " * 5000) for turn in trajectory.turns)
    write_trajectories(tmp_path / TRAJECTORIES, [evolve(trajectory, turns=turns)])
    for screen in walked(tmp_path, "j", "space", "?", "g", width=40, height=20):
        assert screen.count("\n") < 20


def test_scrolling_moves_a_long_reply(tmp_path, trajectory):
    reply = "\n".join(f"line {number}" for number in range(200))
    turns = (evolve(trajectory.turns[0], reply=reply), *trajectory.turns[1:])
    write_trajectories(tmp_path / TRAJECTORIES, [evolve(trajectory, turns=turns)])
    *_, screen = walked(tmp_path, *["space"] * 8)
    assert "line 70" in screen
    assert "line 1\n" not in screen


def test_help_names_every_key(scripted_run):
    *_, screen = walked(scripted_run, "?", height=40)
    assert all(meaning in screen for meaning in KEYS.values())


def test_a_review_is_kept_and_shown(tmp_path, scripted_run, trajectory, monkeypatch):
    run = tmp_path / "run"
    shutil.copytree(scripted_run, run)
    answers = iter(["neglect", "opens as before"])
    monkeypatch.setattr("builtins.input", lambda *_: next(answers))
    *_, screen = walked(run, "n", "r", reviewer="ann")
    (kept,) = read_reviews(run)
    assert (kept.task_index, kept.label, kept.note) == (1, "neglect", "opens as before")
    assert kept.agent == trajectory.agent
    assert "ann: neglect opens as before" in screen
    assert "the review is kept" in screen


def test_a_reader_may_leave_by_interrupting(scripted_run):
    def interrupt():
        raise KeyboardInterrupt

    console = Console(file=io.StringIO(), force_terminal=True)
    walk([scripted_run], console, read_key=interrupt)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal, so not Windows")
def test_keys_of_a_real_terminal_are_read(scripted_run):
    import pty

    code = (
        "import sys; from pathlib import Path; from latentgym_viz.terminal import walk; "
        "walk([Path(sys.argv[1])])"
    )
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "30"}
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(scripted_run)],
        stdin=theirs,
        stdout=theirs,
        env=environment,
    )
    os.close(theirs)

    def see(expected):
        """Read until the terminal has shown something."""
        seen = ""
        while expected not in seen:
            ready, _, _ = select.select([ours], [], [], 60)
            assert ready, f"{expected!r} never came; the terminal shows {seen!r}"
            seen += os.read(ours, 4096).decode("utf-8", "replace")

    try:
        see("task 1 of 4")
        os.write(ours, b"\x1b[C")
        see("task 2 of 4")
        os.write(ours, b"?")
        see("show or hide reasoning")
        os.write(ours, b"q")
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_tasks_that_were_never_begun_are_shown(tmp_path, trajectory):
    cut = evolve(
        trajectory,
        outcomes=trajectory.outcomes[:1],
        turns=tuple(turn for turn in trajectory.turns if turn.task_index == 0),
        truncated="turns",
    )
    write_trajectories(tmp_path / TRAJECTORIES, [cut])
    assert num_turns(cut, 2) == 0
    *_, screen = walked(tmp_path, "n", "n")
    assert "never begun" in screen
    assert "cut short by turns" in screen
