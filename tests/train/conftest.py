"""Fixtures of the training tests: a toy environment, and small policies that are made once."""

import importlib.util
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def _one_thread_and_offline():
    import os

    import torch

    os.environ["HF_HUB_OFFLINE"] = "1"
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def rooms():
    """The toy module `two_rooms`."""
    spec = importlib.util.spec_from_file_location("two_rooms", HERE / "two_rooms.py")
    module = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def registry(rooms):
    """The components of core, and the toy."""
    import latentgym_core.plugin
    from latentgym_core.registry.registry import Registry

    return Registry.from_plugins([latentgym_core.plugin, rooms])


@pytest.fixture(scope="session")
def toy_data(rooms):
    """A whole run on the toy as plain data; tests change what they are about."""
    return {
        "name": "toy",
        "policy": {"hidden_size": 32, "num_heads": 2, "vocabulary": 512, "max_new_tokens": 4},
        "data": {
            "train": [{"env": rooms.ENV}],
            "pool": 64,
            "num_evaluation": 64,
            "num_validation": 32,
        },
        "sft": {
            "sequences": 16,
            "phases": [
                {
                    "steps": 4,
                    "learning_rate": 5e-3,
                    "tasks": "related",
                    "players": {"scripted/any_word": 1.0},
                }
            ],
        },
        "rl": {"iterations": 3, "sequences": 16, "minibatch": 8, "learning_rate": 2e-3},
        "batch": {"micro": 16},
        "run": {"tracker": "none"},
    }


@pytest.fixture(scope="session")
def make_config():
    """Builds a configuration from plain data and dotted changes."""
    import copy

    from latentgym_train.config.config import Config
    from latentgym_train.config.config_build import build
    from latentgym_train.config.config_file import _set

    def make(data, **changes):
        data = copy.deepcopy(data)
        for key, value in changes.items():
            _set(data, key.split("__"), value)
        return build(Config, data, "test")

    return make


@pytest.fixture(scope="session")
def toy_base(toy_data, make_config, registry, tmp_path_factory):
    """A run that imitated a player who says any word; its `policy` says all of them."""
    from latentgym_train.training import train

    folder = tmp_path_factory.mktemp("base") / "run"
    data = {key: value for key, value in toy_data.items() if key != "rl"}
    data["sft"] = {**data["sft"], "phases": [{**data["sft"]["phases"][0], "steps": 100}]}
    train(make_config(data), folder, registry=registry, quiet=True)
    return folder


@pytest.fixture(scope="session")
def toy_policy(toy_base):
    """Model and tokenizer of `toy_base`."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from latentgym_core.agents.weights.local import LocalModel

    model = AutoModelForCausalLM.from_pretrained(toy_base / "policy").eval()
    return LocalModel(model, AutoTokenizer.from_pretrained(toy_base / "policy"))


@pytest.fixture(scope="session")
def toy_environment(tmp_path_factory):
    """Environment variables under which the toy is an installed plugin."""
    import os
    import shutil

    place = tmp_path_factory.mktemp("plugins")
    shutil.copy(HERE / "two_rooms.py", place)
    facts = place / "two_rooms-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: two-rooms\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[latentgym]\ntwo_rooms = two_rooms\n")
    paths = [str(place), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    return {**os.environ, **settings, "PYTHONPATH": os.pathsep.join(paths)}


@pytest.fixture
def toy_file(toy_data, make_config, tmp_path):
    """Writes a configuration of the toy, with dotted changes."""
    from latentgym_train.config.config_file import format_config

    def write(data=toy_data, **changes):
        file = tmp_path / "toy.toml"
        file.write_text(format_config(make_config(data, **changes)), "utf-8")
        return file

    return write
