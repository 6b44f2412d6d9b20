"""Whole runs on the toy: they resume exactly, adapt with LoRA, and stop without losing anything."""

import json
import os
import signal
from pathlib import Path

import pytest
import torch
from attrs import evolve
from safetensors.torch import load_file

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.dataset.folder import write_dataset
from latentgym_core.errors import LatentGymError, SpecError
from latentgym_core.records.jsonl import read_trajectories, write_trajectories
from latentgym_core.sequence.environment import build_environment
from latentgym_train import training
from latentgym_train.config.config import HoldoutConfig, PhaseConfig, RlConfig
from latentgym_train.config.config_file import format_config
from latentgym_train.learning.plays import TokenPlay, Turn, make_batch
from latentgym_train.learning.scoring import score
from latentgym_train.policies.loading import reload_policy
from latentgym_train.policies.phrase_tokenizer import CHAT_TEMPLATE
from latentgym_train.running.folder import Position, TrainingFolder
from latentgym_train.running.stopping import Stopped
from latentgym_train.sequences.streams import bucket
from latentgym_train.stages.export import card
from latentgym_train.stages.sft_stage import good_trajectories
from latentgym_train.starting import check_baseline
from latentgym_train.training import train

NEEDS_LORA = "needs peft: `pip install './latentgym-train[lora]'`"


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
    from latentgym_train.stages import checkpoints

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
    from latentgym_train.stages import sft_stage

    step = sft_stage.optimizer_step

    def interrupted(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        return step(*arguments)

    monkeypatch.setattr(sft_stage, "optimizer_step", interrupted)
    with pytest.raises(Stopped):
        run(toy_data)
    assert TrainingFolder(tmp_path / "run").checkpoints() == [Position(0, 1)]


def test_lora_trains_merges_and_exports(run, toy_data, toy_base):
    pytest.importorskip("peft", reason=NEEDS_LORA)
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
        pytest.importorskip("peft", reason=NEEDS_LORA)
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


@pytest.fixture
def begun(run, monkeypatch):
    """Runs until reinforcement begins: the job, the scorer and the reference."""

    def until(data, **changes):
        given = []

        def stop(*arguments):
            given.extend(arguments)
            raise Stopped

        monkeypatch.setattr(training, "train_rl", stop)
        with pytest.raises(Stopped):
            run(data, **changes)
        stage, _ = given
        return stage.job, stage.scorer, stage.reference

    return until


@pytest.fixture
def dropping(toy_base, tmp_path):
    """A model that leaves out a tenth of everything in training."""
    from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel

    tokenizer = AutoTokenizer.from_pretrained(toy_base / "policy")
    ends = {"bos_token_id": None, "eos_token_id": tokenizer.eos_token_id}
    sizes = {"n_embd": 32, "n_layer": 1, "n_head": 2, "n_positions": 256}
    model = GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), **sizes, **ends))
    for each in (model, tokenizer):
        each.save_pretrained(tmp_path / "dropping")
    return tmp_path / "dropping"


@pytest.mark.parametrize("kind", ["full", "lora", "dropout"])
def test_the_reference_is_the_policy_that_reinforcement_begins_with(
    kind, begun, toy_data, toy_base, dropping
):
    changes = {"rl__kl": 0.1, "policy__source": str(toy_base / "policy")}
    if kind == "lora":
        pytest.importorskip("peft", reason=NEEDS_LORA)
        changes |= {"policy__lora_rank": 2, "rl__modules": ["q_proj"]}
    if kind == "dropout":
        changes |= {"policy__source": str(dropping), "policy__context": 256}
    job, scorer, reference = begun(toy_data, **changes)
    play = TokenPlay(
        tokens=tuple(range(10, 30)),
        log_probs=(0.0,) * 20,
        turns=(Turn(start=3, stop=6, task_index=0), Turn(start=15, stop=20, task_index=1)),
        trajectory=None,
    )
    batch = make_batch([play], 0)
    trained = [weight.requires_grad for weight in scorer.parameters()]
    at_start = reference.log_probs(batch, scorer.train())
    assert at_start[batch.actions].abs().min() > 0
    torch.testing.assert_close(at_start, score(scorer, batch).log_probs, atol=1e-5, rtol=0)
    assert [weight.requires_grad for weight in scorer.parameters()] == trained
    if kind == "lora":
        base = load_file(toy_base / "policy" / "model.safetensors")
        under = job.policy.model.get_base_model().state_dict()
        name = "model.layers.0.self_attn.q_proj"
        assert not torch.equal(base[f"{name}.weight"], under[f"{name}.base_layer.weight"])


@pytest.mark.parametrize(("rank", "dtype"), [(0, torch.float32), (2, torch.bfloat16)])
def test_weights_that_are_trained_are_precise(
    rank, dtype, toy_policy, make_config, toy_data, tmp_path
):
    import copy

    if rank:
        pytest.importorskip("peft", reason=NEEDS_LORA)
    copy.deepcopy(toy_policy.model).bfloat16().save_pretrained(tmp_path)
    toy_policy.tokenizer.save_pretrained(tmp_path)
    policy = reload_policy(make_config(toy_data, policy__lora_rank=rank), tmp_path)
    assert policy.model.get_input_embeddings().weight.dtype == dtype
    assert {each.dtype for each in policy.model.parameters() if each.requires_grad} == {
        torch.float32
    }


def test_what_a_template_writes_after_a_reply_ends_it(toy_base, make_config, toy_data):
    template = CHAT_TEMPLATE.replace("<|end|>", "<|pad|>")
    config = make_config(toy_data, policy__chat_template=template)
    policy = reload_policy(config, toy_base / "policy")
    assert policy.stop_tokens == {policy.tokenizer.pad_token_id, policy.tokenizer.eos_token_id}
    plain = reload_policy(make_config(toy_data), toy_base / "policy")
    assert plain.stop_tokens == {plain.tokenizer.eos_token_id}


def test_gradient_checkpointing_changes_nothing(run, toy_data):
    plain = run(toy_data, "plain")
    saved = run(toy_data, "saved", policy__gradient_checkpointing=True)
    left, right = weights(plain.policy), weights(saved.policy)
    for name, tensor in left.items():
        torch.testing.assert_close(tensor, right[name], atol=1e-5, rtol=1e-4)


WRONG = {"steps": 1, "players": {"scripted/nobody": 1.0}}


@pytest.mark.parametrize(
    "changes",
    [
        {"data__evaluation": ["rooms/nothing"]},
        {"data__ood_latents": ["rooms/nothing"]},
        {"data__ood_envs": ["nothing"]},
        {"sft__phases": [{"steps": 1, "players": {"scripted/rest": 1.0}}, WRONG]},
    ],
)
def test_wrong_names_are_found_before_anything_is_done(changes, run, toy_data, tmp_path):
    with pytest.raises(LatentGymError, match=r"no .* named '(nothing|nobody|scripted/nobody)'"):
        run(toy_data, **changes)
    assert not (tmp_path / "run").exists()


def test_a_run_on_stored_sequences_alone(run, toy_data, registry, rooms, tmp_path):
    environment = build_environment(registry.complete(rooms.ENV), registry)
    write_dataset(tmp_path / "stored", environment, 16, split="train")
    stored = [{"folder": str(tmp_path / "stored")}]
    folder = run(toy_data, data__train=stored, run__evaluate_every=3)
    assert "validation/reward" in folder.read_log()[-1]
    played = list(read_trajectories(folder.path))
    assert {(each.env_id, each.split) for each in played} == {(str(environment.id), "test")}
    assert (folder.path / "evaluation.json").is_file()
    assert str(tmp_path) not in (folder.policy / "README.md").read_text("utf-8")


def test_a_card_names_no_place_of_this_machine(toy_data, make_config, tmp_path):
    place = str(tmp_path)
    config = make_config(
        toy_data,
        policy__source=place,
        data__train=[{"folder": place}],
        sft__phases=[{"steps": 1, "trajectories": [place]}],
        compare={"also": [f"{place}/other.toml"]},
    )
    assert format_config(config).count(place) == 4
    assert place not in card(config)
    assert 'source = "Qwen/Qwen3-8B"' in card(make_config(toy_data, policy__source="Qwen/Qwen3-8B"))


def test_only_good_trajectories_of_training_are_imitated(toy_base, tmp_path):
    played = list(read_trajectories(toy_base))[:4]
    changes = [{}, {"truncated": "turns"}, {"z": "left"}, {"z": "right"}]
    chosen = [evolve(p, **{"split": "train", **c}) for p, c in zip(played, changes, strict=True)]
    write_trajectories(tmp_path / "played.jsonl", chosen)
    phase = PhaseConfig(steps=1, trajectories=(str(tmp_path / "played.jsonl"),))
    held = HoldoutConfig(modulus=3, validation=(0,), test=(bucket("left", 3),))
    assert len(good_trajectories(phase, HoldoutConfig())) == 3
    assert {each.z for each in good_trajectories(phase, held)} == {"right"}
    with pytest.raises(SpecError, match=r"None of 4 trajectories .* finished, earned 9 and"):
        good_trajectories(evolve(phase, min_reward=9), held)
    with pytest.raises(SpecError, match="reported on the split test"):
        good_trajectories(evolve(phase, trajectories=(str(toy_base),)), HoldoutConfig())


def test_a_mean_over_tasks_takes_sequences_of_one_length():
    config = RlConfig(algorithm="grpo", group=2, baseline="sequence")
    check_baseline(config, [3])
    with pytest.raises(SpecError, match=r"here N is 2, 3\."):
        check_baseline(config, [2, 3])


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
