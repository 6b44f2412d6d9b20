"""Whatever ends a run: one sentence, an exit code, nothing written is lost, and it goes on."""

import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
import torch
from click.testing import CliRunner
from safetensors.torch import load_file

from latentgym_core.cli import cli
from latentgym_train import training
from latentgym_train.running.folder import Position, TrainingFolder
from latentgym_train.stages import checkpoints, rl_stage, sft_stage

TIMES = ("seconds/sampling", "seconds/scoring", "seconds/update")


@pytest.fixture
def command(rooms):
    """`latentgym train` in this process."""
    import latentgym_core.plugin
    import latentgym_train.plugin
    from latentgym_core.registry.registry import Registry

    registry = Registry.from_plugins([latentgym_core.plugin, latentgym_train.plugin, rooms])

    def run(*words):
        return CliRunner().invoke(cli, ["train", *map(str, words), "-q"], obj=registry)

    return run


@pytest.fixture(scope="module")
def whole(toy_data, make_config, registry, tmp_path_factory):
    """A run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    training.train(make_config(toy_data, run__save_every=1), folder, registry=registry, quiet=True)
    return TrainingFolder(folder)


def told(result):
    """The one sentence on stderr."""
    (line,) = result.stderr.strip().splitlines()
    return line


def assert_same_run(left, right):
    for policy in ("sft", "policy"):
        ours, theirs = (
            load_file(each.path / policy / "model.safetensors") for each in (left, right)
        )
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(tensor, theirs[name]) for name, tensor in ours.items())
    logs = [
        [{name: line[name] for name in line if name not in TIMES} for line in each.read_log()]
        for each in (left, right)
    ]
    assert logs[0] == logs[1]
    played = [(each.path / "trajectories.jsonl").read_text("utf-8") for each in (left, right)]
    assert played[0] == played[1]


def assert_no_drafts(folder):
    found = [*folder.path.glob(".*"), *(folder.path / "checkpoints").glob(".*")]
    assert [each.name for each in found] == [".lock"]


def set_file_size(limit):
    """A real write error: from now on no file may grow beyond so many bytes."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))


@contextmanager
def full_disk_in(monkeypatch, place, name, limit, when=lambda *_: True):
    """Let no file grow beyond `limit(*arguments)` bytes once a function is called."""
    function = getattr(place, name)

    def on_a_full_disk(*arguments):
        if when(*arguments):
            set_file_size(limit(*arguments))
        return function(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(place, name, on_a_full_disk)
        try:
            yield
        finally:
            set_file_size(resource.RLIM_INFINITY)


SECOND = Position(1, 2)
FULL_DISKS = {
    "checkpoint": (checkpoints, "save", lambda *_: 20_000, lambda _, place: place == SECOND),
    "export": (training, "export", lambda *_: 20_000),
    "trajectories": (training, "evaluate", lambda *_: 2_000),
    "log": (
        TrainingFolder,
        "append_log",
        lambda self, _: self.log.stat().st_size + 9,
        lambda _, line: line["stage"] == "rl" and line["step"] == 2,
    ),
}


@pytest.mark.parametrize("what", FULL_DISKS)
def test_a_full_disk_is_one_sentence_and_the_run_goes_on(
    what, command, toy_file, tmp_path, monkeypatch, whole
):
    folder = TrainingFolder(tmp_path / "run")
    with full_disk_in(monkeypatch, *FULL_DISKS[what]):
        result = command(toy_file(run__save_every=1), "--out", folder.path)
    assert result.exit_code == 1
    kept = folder.checkpoints()[-1].name
    assert told(result).startswith("error: ")
    assert f"`latentgym train --resume {folder.path}` goes on after {kept}" in told(result)
    assert_no_drafts(folder)
    assert not (folder.path / "evaluation.json").exists()
    assert command("--resume", folder.path).exit_code == 0
    assert_same_run(folder, whole)


def test_a_disk_full_from_the_start_leaves_nothing_behind(command, toy_file, tmp_path):
    file = toy_file()
    set_file_size(100)
    try:
        result = command(file, "--out", tmp_path / "run")
    finally:
        set_file_size(resource.RLIM_INFINITY)
    assert result.exit_code == 1
    assert "Nothing was begun; give the same command again." in told(result)
    assert command(file, "--out", tmp_path / "run").exit_code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("place", "name", "kept"),
    [
        (sft_stage, "optimizer_step", "sft-000001"),
        (rl_stage, "optimizer_step", "rl-000001"),
        (training, "evaluate", "rl-000003"),
    ],
)
def test_ctrl_c_keeps_what_is_done(
    number, place, name, kept, command, toy_file, tmp_path, monkeypatch, whole
):
    function = getattr(place, name)

    def interrupted(*arguments):
        os.kill(os.getpid(), number)
        return function(*arguments)

    folder = TrainingFolder(tmp_path / "run")
    with monkeypatch.context() as patch:
        patch.setattr(place, name, interrupted)
        result = command(toy_file(), "--out", folder.path)
    assert result.exit_code == 130
    assert told(result) == (
        f"Stopped. `latentgym train --resume {folder.path}` goes on after {kept}, the last "
        f"checkpoint."
    )
    assert command("--resume", folder.path).exit_code == 0
    assert_same_run(folder, whole)


def test_a_second_ctrl_c_does_not_wait(command, toy_file, tmp_path, monkeypatch):
    from latentgym_train.running import stopping

    monkeypatch.setattr(stopping, "SECOND_WISH", 0.0)
    step = rl_stage.optimizer_step

    def twice(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return step(*arguments)

    monkeypatch.setattr(rl_stage, "optimizer_step", twice)
    result = command(toy_file(), "--out", tmp_path / "run")
    assert result.exit_code == 130
    assert "goes on after sft-000004" in told(result)


@pytest.mark.slow
def test_a_run_killed_for_good_goes_on(command, toy_file, toy_environment, tmp_path, whole):
    folder = TrainingFolder(tmp_path / "run")
    file = toy_file(run__save_every=1)
    words = [sys.executable, "-m", "latentgym_train", str(file), "--out", str(folder.path), "-q"]
    process = subprocess.Popen(words, env=toy_environment)
    while process.poll() is None and Position(1, 1) not in folder.checkpoints():
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    # As bad as it can get: a line and a checkpoint that were being written.
    with folder.log.open("a") as log:
        log.write('{"stage": "rl", "st')
    for position in (Position(0, 3), Position(1, 3)):  # being removed, being written
        folder.begin_draft(position)
        (folder.draft(position) / "model.safetensors").write_bytes(b"half")
    result = command("--resume", folder.path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert_same_run(folder, whole)
    assert_no_drafts(folder)


def test_two_runs_do_not_share_a_folder(command, whole):
    with whole.held():
        result = command("--resume", whole.path)
    assert result.exit_code == 1
    assert "is being trained by another process" in told(result)


def test_a_damaged_checkpoint_is_named(command, toy_file, tmp_path):
    folder = TrainingFolder(tmp_path / "run")
    assert command(toy_file(run__save_every=1), "--out", folder.path).exit_code == 0
    last = folder.checkpoint(Position(1, 3))
    (last / "pytorch_model.bin").write_bytes(b"half")
    result = command("--resume", folder.path)
    assert result.exit_code == 1
    assert told(result).startswith(f"error: The checkpoint {last} cannot be loaded (")
    assert "goes on from the one before" in told(result)


def test_damaged_weights_are_one_sentence(command, toy_file, toy_base, tmp_path):
    import shutil

    shutil.copytree(toy_base / "policy", tmp_path / "policy")
    (tmp_path / "policy" / "model.safetensors").write_bytes(b"half")
    file = toy_file(policy__source=str(tmp_path / "policy"))
    result = command(file, "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert "cannot be loaded" in told(result)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("tracker", ["tensorbord", "clearml", "swanlab"])
def test_a_missing_tracker_is_one_sentence(tracker, command, toy_file, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, tracker, None)  # so that it is missing wherever this runs
    result = command(toy_file(run__tracker=tracker), "--out", tmp_path / "run")
    assert result.exit_code == 1
    assert tracker in told(result)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried"), "lower batch.micro in"),
        (MemoryError(), "lower batch.micro in"),
        (RuntimeError("[a/gloo/pair.cc:5] Connection closed by peer"), "Another process of this"),
    ],
)
def test_what_a_machine_lacks_is_one_sentence(
    error, sentence, command, toy_file, tmp_path, monkeypatch
):
    def fail(*_):
        raise error

    monkeypatch.setattr(rl_stage, "optimizer_step", fail)
    result = command(toy_file(), "--out", tmp_path / "run")
    assert result.exit_code != 0
    assert sentence in told(result)
    assert "goes on after sft-000004" in told(result)


def test_a_mistake_of_the_program_is_no_sentence(command, toy_file, tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("shapes differ")

    monkeypatch.setattr(rl_stage, "optimizer_step", fail)
    assert isinstance(command(toy_file(), "--out", tmp_path / "run").exception, RuntimeError)


@pytest.mark.parametrize("more", [("--num-processes", "2"), ("--resume", "runs/x")])
def test_options_without_a_meaning_together_are_refused(more, command, toy_file):
    words = more if "--resume" in more else (toy_file(), *more)
    result = command(*words, "--compare")
    assert result.exit_code == 2
    assert "ompar" in result.stderr
