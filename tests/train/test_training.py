"""Whole runs on the toy: they resume exactly, adapt with LoRA, and stop without losing anything."""

import json
import os
import signal
from pathlib import Path

import pytest
import torch

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.errors import LatentGymError, SpecError
from latentgym_core.jsonl import read_trajectories
from latentgym_train.folder import Position, TrainingFolder
from latentgym_train.job import Stopped
from latentgym_train.training import train


def weights(folder):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder).state_dict()


def assert_same_weights(left, right):
    left, right = weights(left), weights(right)
    assert left.keys() == right.keys()
    for name, tensor in left.items():
        torch.testing.assert_close(tensor, right[name], atol=0, rtol=0)


@pytest.fixture
def run(tmp_path, make_config, registry):
    def run(data, name="run", *, resume=False, **changes):
        train(
            make_config(data, **changes),
            tmp_path / name,
            registry=registry,
            quiet=True,
            resume=resume,
        )
        return TrainingFolder(tmp_path / name)

    return run


def test_a_run_writes_policies_log_and_measures(run, toy_data, registry, rooms):
    folder = run(toy_data, run__evaluate_every=2)
    lines = folder.read_log()
    assert [(line["stage"], line["step"]) for line in lines] == [
        *(("sft", step) for step in (1, 2, 3, 4)),
        *(("rl", step) for step in (1, 2, 3)),
    ]
    told = {"r1", "r2", "gain", "kl/sampled", "entropy", "tokens", "truncated", "grad_norm"}
    assert told <= lines[-1].keys()
    assert "validation/reward" in lines[-2]
    assert len(list(read_trajectories(folder.path))) == 64
    assert json.loads((folder.path / "evaluation.json").read_text("utf-8"))["summaries"]
    assert "seed 0" in (folder.policy / "README.md").read_text("utf-8")
    assert folder.config() == folder.config()
    make_agent(f"local/{folder.policy}", ("rooms",), registry)


def test_the_same_run_gives_the_same_policy(run, toy_data):
    assert_same_weights(run(toy_data, "first").policy, run(toy_data, "second").policy)


@pytest.mark.parametrize("stage", ["sft", "rl"])
def test_a_killed_run_continued_equals_one_uninterrupted(stage, run, toy_data, monkeypatch):
    whole = run(toy_data, "whole", run__save_every=1)
    kill = {"sft": Position(0, 2), "rl": Position(1, 2)}[stage]
    from latentgym_train import checkpoints

    save = checkpoints.save

    def save_and_die(job, position):
        save(job, position)
        if position == kill:
            raise KeyboardInterrupt

    monkeypatch.setattr(checkpoints, "save", save_and_die)
    with pytest.raises(KeyboardInterrupt):
        run(toy_data, "killed", run__save_every=1)
    monkeypatch.undo()
    continued = run(toy_data, "killed", resume=True, run__save_every=1)
    assert_same_weights(whole.policy, continued.policy)
    times = ("seconds/sampling", "seconds/scoring", "seconds/update")
    kept = [
        [{k: v for k, v in line.items() if k not in times} for line in folder.read_log()]
        for folder in (whole, continued)
    ]
    assert kept[0] == kept[1]


def test_ctrl_c_saves_and_stops(run, toy_data, monkeypatch, tmp_path):
    from latentgym_train import sft_stage

    step = sft_stage.optimizer_step

    def interrupted(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        return step(*arguments)

    monkeypatch.setattr(sft_stage, "optimizer_step", interrupted)
    with pytest.raises(Stopped):
        run(toy_data)
    assert TrainingFolder(tmp_path / "run").checkpoints() == [Position(0, 1)]


def test_lora_trains_merges_and_exports(run, toy_data, toy_base):
    pytest.importorskip("peft")
    data = {key: value for key, value in toy_data.items() if key != "sft"}
    source = str(toy_base / "policy")
    folder = run(data, policy__source=source, policy__lora_rank=2, rl__kl=0.1)
    before, after = weights(toy_base / "policy"), weights(folder.policy)
    assert before.keys() == after.keys()
    changed = [name for name in before if not torch.equal(before[name], after[name])]
    assert changed
    assert not any("norm" in name for name in changed)
    assert folder.read_log()[-1]["kl/reference"] > 0


@pytest.mark.parametrize("rank", [0, 2])
def test_reinforcement_trains_the_modules_it_is_told(rank, run, toy_data, toy_base):
    if rank:
        pytest.importorskip("peft")
    data = {key: value for key, value in toy_data.items() if key != "sft"}
    source = str(toy_base / "policy")
    changes = {"rl__modules": ["q_proj", "v_proj"], "policy__lora_rank": rank}
    folder = run(data, policy__source=source, **changes)
    before, after = weights(toy_base / "policy"), weights(folder.policy)
    changed = {name.split(".")[-2] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"q_proj", "v_proj"}


def test_a_module_that_the_policy_does_not_have_is_one_sentence(run, toy_data, tmp_path):
    with pytest.raises(
        SpecError, match=r"trains no weights of 'self_atn'.* did you mean self_attn\?"
    ):
        run(toy_data, rl__modules=["self_atn"])
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("kl_in", ["loss", "reward"])
def test_kl_is_measured_from_the_policy_after_the_supervised_stage(kl_in, run, toy_data, toy_base):
    source = str(toy_base / "policy")
    folder = run(toy_data, policy__source=source, rl__kl=0.1, rl__kl_in=kl_in)
    first, *_, last = [line for line in folder.read_log() if line["stage"] == "rl"]
    # Each is a mean over the steps of an iteration; the very first step has not moved.
    assert 0 < first["kl/reference"] < 0.1
    assert last["kl/reference"] > 0


def test_gradient_checkpointing_changes_nothing(run, toy_data):
    plain = run(toy_data, "plain")
    saved = run(toy_data, "saved", policy__gradient_checkpointing=True)
    left, right = weights(plain.policy), weights(saved.policy)
    for name, tensor in left.items():
        torch.testing.assert_close(tensor, right[name], atol=1e-5, rtol=1e-4)


def test_a_folder_that_is_not_empty_is_left_alone(run, toy_data, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine").write_text("mine")
    with pytest.raises(SpecError, match="is not empty"):
        run(toy_data)
    assert [each.name for each in (tmp_path / "run").iterdir()] == ["mine"]


@pytest.mark.parametrize("source", ["no/such-model", "./nowhere"])
def test_a_missing_model_is_one_sentence(source, run, toy_data, tmp_path):
    with pytest.raises(SpecError, match="cannot be loaded") as caught:
        run(toy_data, policy__source=source)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_too_few_processes_are_noticed(toy_data, make_config, registry, tmp_path):
    with pytest.raises(LatentGymError, match="2 processes were asked for and 1 runs"):
        train(
            make_config(toy_data),
            tmp_path / "run",
            registry=registry,
            quiet=True,
            num_processes=2,
        )
    assert not Path(tmp_path / "run").exists()
