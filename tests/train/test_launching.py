"""Several processes train as one, and end together; sharded ones too."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors.torch import load_file

from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_train.config.config_file import accelerate_files, format_config
from latentgym_train.running import launching
from latentgym_train.running.folder import Position, TrainingFolder
from latentgym_train.running.machine import check_processes
from latentgym_train.training import train

FSDP_WORKER = Path(__file__).with_name("fsdp_worker.py")
DESERTER = """
import os, signal
from latentgym_core.contract.player import Player
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.specs import AgentSpec

class Deserter(Player):
    def act(self, view, truth, rng):
        if os.environ.get("RANK") == "1":
            os.kill(os.getpid(), signal.SIGKILL)
        return "rest"

@hookimpl
def latentgym_register_agents():
    yield AgentSpec(name="scripted/deserter", core_envs=("rooms",), factory=Deserter)
"""


@pytest.fixture
def short(toy_data, toy_base):
    """A run of both stages that begins with a policy that knows its words."""
    policy = {"source": str(toy_base / "policy"), "max_new_tokens": 4}
    return {**toy_data, "policy": policy}


@pytest.fixture
def alone(short, make_config, registry, tmp_path):
    """The same run in this process."""
    folder = TrainingFolder(tmp_path / "alone")
    train(make_config(short), folder.path, registry=registry, quiet=True)
    return folder


def latentgym_train(environment, *words):
    return subprocess.run(
        [sys.executable, "-m", "latentgym_train", *map(str, words)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def assert_trained_as(alone, together):
    """Imitation is the same to the last bits; sampling draws other replies from the same law."""
    ours, theirs = (load_file(each.sft / "model.safetensors") for each in (alone, together))
    assert ours.keys() == theirs.keys()
    for name, tensor in ours.items():
        torch.testing.assert_close(tensor, theirs[name], atol=2e-5, rtol=1e-4)
    logs = [each.read_log() for each in (alone, together)]
    assert [line["step"] for line in logs[0]] == [line["step"] for line in logs[1]]
    for left, right in zip(*logs, strict=True):
        if left["stage"] == "sft":
            assert left["loss"] == pytest.approx(right["loss"], rel=1e-4)
        else:
            assert left["reward"] == pytest.approx(right["reward"], abs=0.4)
    seeds = [
        sorted(each.seed for each in read_trajectories(folder.path)) for folder in (alone, together)
    ]
    assert seeds[0] == seeds[1]


@pytest.mark.slow
def test_two_processes_train_evaluate_and_export_as_one(
    short, alone, toy_file, toy_environment, tmp_path
):
    folder = TrainingFolder(tmp_path / "together")
    words = (toy_file(short), "--out", folder.path, "--num-processes", 2)
    result = latentgym_train(toy_environment, *words)
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("The policy lies in") == 1
    last = folder.checkpoint(Position(1, 3))
    assert sorted(each.name for each in last.glob("random_states_*")) == [
        "random_states_0.pkl",
        "random_states_1.pkl",
    ]
    assert_trained_as(alone, folder)


@pytest.mark.slow
def test_a_process_that_is_killed_ends_the_others(short, toy_file, toy_environment, tmp_path):
    (tmp_path / "deserter.py").write_text(DESERTER, "utf-8")
    facts = tmp_path / "deserter-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: deserter\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[latentgym]\ndeserter = deserter\n")
    paths = os.pathsep.join([str(tmp_path), toy_environment["PYTHONPATH"]])
    first = {**short["sft"]["phases"][0], "steps": 1}
    later = {**first, "players": {"scripted/deserter": 1.0}}
    file = toy_file({**short, "sft": {"sequences": 4, "phases": [first, later]}}, run__save_every=1)
    words = (file, "--out", tmp_path / "run", "--num-processes", 2, "-q")
    result = latentgym_train({**toy_environment, "PYTHONPATH": paths}, *words)
    assert result.returncode == 1
    said = result.stderr.strip().splitlines()
    assert said[0].startswith("error: Another process of this run has ended (")
    assert said[0].endswith(
        f"`latentgym train --resume {tmp_path / 'run'} --num-processes 2` goes on after "
        f"sft-000001, the last checkpoint."
    )
    assert said[1:] == ["process 1 ended: killed by signal 9"]


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """Launches a script in place of the training command."""

    def launch(script, number=2):
        file = tmp_path / "worker.py"
        file.write_text("import os, signal, sys, time\nrank = os.environ['RANK']\n" + script)
        monkeypatch.setattr(launching, "COMMAND", (sys.executable, str(file)))
        return launching.launch([str(tmp_path)], number)

    return launch


def test_every_process_knows_its_place(stand_in, tmp_path):
    names = ("LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR")
    script = f"""
facts = [os.environ[name] for name in {names!r}]
open(sys.argv[1] + "/said" + rank, "w").write(" ".join(facts))
"""
    assert stand_in(script, 3) == 0
    said = [(tmp_path / f"said{rank}").read_text() for rank in range(3)]
    assert said == [f"{rank} 3 3 127.0.0.1" for rank in range(3)]


def test_who_fails_says_why_and_nobody_is_waited_for(stand_in, monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(launching, "GRACE_SECONDS", 0.2)
    script = """
if rank == "1":
    sys.exit("a warning\\nerror: no memory.")
time.sleep(20)
open(sys.argv[1] + "/waited", "w").close()
"""
    assert stand_in(script) == 1
    assert capfd.readouterr().err.splitlines() == ["process 1 ended: error: no memory."]
    assert not (tmp_path / "waited").exists()


def test_the_first_process_speaks_for_itself(stand_in, monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(launching, "GRACE_SECONDS", 0.2)
    script = """
if rank == "1":
    time.sleep(20)
    open(sys.argv[1] + "/waited", "w").close()
sys.exit("error: wrong.")
"""
    assert stand_in(script) == 1
    assert capfd.readouterr().err.splitlines() == ["error: wrong."]
    assert not (tmp_path / "waited").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_reach_every_process_once(number, stand_in, tmp_path, capfd):
    script = """
count = 0
def stop(*_):
    global count
    count += 1
signal.signal(signal.SIGINT, stop), signal.signal(signal.SIGTERM, stop)
open(sys.argv[1] + "/ready" + rank, "w").close()
while not count:
    time.sleep(0.01)
time.sleep(0.3)
open(sys.argv[1] + "/count" + rank, "w").write(str(count))
sys.exit(130)
"""

    def interrupt():
        while not all((tmp_path / f"ready{rank}").exists() for rank in range(2)):
            time.sleep(0.01)
        os.kill(os.getpid(), number)

    before = signal.getsignal(number)
    thread = threading.Thread(target=interrupt)
    thread.start()
    assert stand_in(script) == 130
    thread.join()
    assert [(tmp_path / f"count{rank}").read_text() for rank in range(2)] == ["1", "1"]
    assert signal.getsignal(number) == before
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sft__sequences": 15}, "sft.sequences is 15; it is a multiple of the 2 processes"),
        ({"rl__minibatch": 1}, "rl.minibatch is 1"),
        ({"rl__group": 16}, "rl.sequences / rl.group is 1"),
    ],
)
def test_batches_divide_among_the_processes(changes, sentence, toy_data, make_config):
    with pytest.raises(SpecError, match=sentence):
        check_processes(make_config(toy_data, **changes), SimpleNamespace(num_processes=2), 2)


def test_adapters_on_shards_are_refused_at_the_start(toy_data, make_config):
    config = make_config(toy_data, policy__lora_rank=2)
    whole, shards = (
        SimpleNamespace(num_processes=2, distributed_type=kind) for kind in ("MULTI_GPU", "FSDP")
    )
    check_processes(config, whole, 2)
    with pytest.raises(SpecError, match="cannot be merged into weights that are sharded"):
        check_processes(config, shards, 2)


def settings_of(name, **more):
    """The environment variables that `accelerate launch` makes of an example file."""
    from accelerate.commands.launch import _validate_launch_command, launch_command_parser
    from accelerate.utils.launch import prepare_deepspeed_cmd_env, prepare_multi_gpu_env

    (file,) = (each for each in accelerate_files() if each.stem == name)
    words = [word for key, value in more.items() for word in (f"--{key}", str(value))]
    parsed = launch_command_parser().parse_args(["--config_file", str(file), *words, "x.py"])
    arguments, read, _ = _validate_launch_command(parsed)
    if arguments.use_deepspeed:
        arguments.deepspeed_fields_from_accelerate_config = ",".join(read.deepspeed_config)
        made = prepare_deepspeed_cmd_env(arguments)[1]
    else:
        made = prepare_multi_gpu_env(arguments)
    return {name: value for name, value in made.items() if os.environ.get(name) != value}


def test_the_example_of_fsdp_makes_accelerate_shard(monkeypatch):
    from accelerate.utils import FullyShardedDataParallelPlugin

    for name, value in settings_of("fsdp").items():
        monkeypatch.setenv(name, value)
    plugin = FullyShardedDataParallelPlugin()
    assert plugin.fsdp_version == 2
    assert plugin.reshard_after_forward is True
    assert plugin.state_dict_type.name == "FULL_STATE_DICT"
    assert not plugin.cpu_ram_efficient_loading


def test_the_example_of_deepspeed_asks_for_stage_three(monkeypatch):
    from accelerate.utils import DeepSpeedPlugin

    for name, value in settings_of("deepspeed-zero3").items():
        monkeypatch.setenv(name, value)
    plugin = DeepSpeedPlugin()
    assert plugin.zero_stage == 3
    assert plugin.gradient_clipping == 1.0
    assert plugin.zero3_save_16bit_model
    assert not plugin.zero3_init_flag


def run_sharded(environment, *words):
    """Two processes of `fsdp_worker.py`; both end well."""
    settings = {**settings_of("fsdp", num_processes=2), "ACCELERATE_TORCH_DEVICE": "cpu"}
    subprocess.run(
        [sys.executable, str(FSDP_WORKER), *map(str, words)],
        env={**environment, **settings},
        check=True,
        timeout=500,
    )


@pytest.fixture
def guessing(toy_data, make_config, tmp_path):
    """A short run of both stages that begins with a policy that guesses numbers."""
    from latentgym_core.registry.registry import load_registry

    env = "number_guessing/set_of_2/no_info/information/ep2?latent.high=8&env.max_turns=4"
    phase = {"steps": 40, "learning_rate": 5e-3, "players": {"scripted/blind": 1.0}}
    base = {
        **toy_data,
        "policy": {**toy_data["policy"], "max_new_tokens": 6, "context": 512},
        "data": {"train": [{"env": env}], "pool": 64, "num_evaluation": 1},
        "sft": {"sequences": 16, "phases": [phase]},
        "rl": None,
    }
    train(make_config(base), tmp_path / "base", registry=load_registry(), quiet=True)
    return {
        **base,
        "policy": {
            "source": str(tmp_path / "base/policy"),
            "max_new_tokens": 6,
            "context": 512,
        },
        "data": {**base["data"], "num_evaluation": 21, "num_validation": 11},
        "sft": {"sequences": 16, "phases": [{**phase, "steps": 2}]},
        "rl": {**toy_data["rl"], "iterations": 2},
        "run": {"tracker": "none", "save_every": 1, "evaluate_every": 2, "keep": 2},
    }


@pytest.mark.slow
def test_a_sharded_policy_samples_trains_exports_and_resumes(
    guessing, toy_environment, make_config, tmp_path
):
    """Sequences of unequal length, so that one process plays on after the other has finished."""
    from latentgym_core.registry.registry import load_registry

    config = make_config(guessing)
    file = tmp_path / "sharded.toml"
    file.write_text(format_config(config), "utf-8")
    sharded = TrainingFolder(tmp_path / "sharded")
    run_sharded(toy_environment, file, sharded.path)
    alone = TrainingFolder(tmp_path / "alone")
    train(config, alone.path, registry=load_registry(), quiet=True)
    assert_trained_as(alone, sharded)
    last = sharded.checkpoint(Position(1, 2))
    assert (last / "pytorch_model_fsdp.bin").is_file()
    finished = load_file(sharded.policy / "model.safetensors")
    for path in (last, sharded.policy):
        for each in path.iterdir():
            each.unlink()
        path.rmdir()
    run_sharded(toy_environment, file, sharded.path, "--resume")
    again = load_file(sharded.policy / "model.safetensors")
    assert all(torch.equal(tensor, again[name]) for name, tensor in finished.items())
