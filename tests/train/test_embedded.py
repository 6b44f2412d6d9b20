"""The agents that come with the package: small, offline, and only one of them adapts."""

import json
from pathlib import Path

import pytest
from attrs import evolve

from latentgym_core.agents.agent_string import make_agent
from latentgym_core.errors import MissingDependencyError, SpecError
from latentgym_core.metrics import summarise
from latentgym_core.registry.registry import load_registry
from latentgym_core.runs.evaluation import evaluate_sync
from latentgym_core.runs.suite import read_config
from latentgym_train.config.config_file import load_config
from latentgym_train.embedded import AGENTS

NAMES = ("tiny-base", "tiny-single-task", "tiny-cross-task")
SUITE = read_config(Path(__file__).parents[2] / "examples/first-run.toml")
NUM_SEQUENCES = 40


@pytest.fixture(scope="module")
def played():
    """Agent to its summary, on fewer sequences than the README's first run."""
    agents = tuple(f"local/{name}" for name in NAMES)
    trajectories = evaluate_sync(evolve(SUITE, agents=agents, num_sequences=NUM_SEQUENCES))
    assert [each.error for each in trajectories if each.error] == []
    return {
        name: summarise([each for each in trajectories if each.agent == f"local/{name}"])[0]
        for name in NAMES
    }


def test_they_are_registered_and_in_the_suite():
    registered = load_registry().agent_names()
    assert {f"local/{name}" for name in NAMES} <= {*registered} & {*SUITE.agents}


@pytest.mark.parametrize("name", NAMES)
def test_they_play_by_the_rules(name, played):
    assert played[name].measures["invalid_share"].value < 0.05


def test_one_of_them_adapts(played):
    measures = {name: played[name].measures for name in NAMES}
    base, single, cross = (measures[name]["gain"].value for name in NAMES)
    assert cross > max(base, single) + 0.1
    base, single, cross = (measures[name]["cumulative_reward"].value for name in NAMES)
    assert cross > max(base, single) + 0.4


def test_they_sample_as_in_training_unless_told_otherwise():
    policy = load_config("tiny-number-guessing").policy
    for name in NAMES:
        settings = make_agent(f"local/{name}", ("number_guessing",)).settings
        assert settings.temperature == policy.temperature
        assert settings.max_new_tokens == policy.max_new_tokens
    changed = make_agent("local/tiny-base?temperature=0&seed=3", ("number_guessing",)).settings
    assert (changed.temperature, changed.seed, changed.max_new_tokens) == (0, 3, 6)
    with pytest.raises(SpecError, match="no parameter 'model'"):
        make_agent("local/tiny-base?model=x", ("number_guessing",))


def test_without_torch_the_sentence_says_what_to_install(monkeypatch):
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match=r"needs the package 'torch'.*pip"):
        make_agent("local/tiny-base", ("number_guessing",))


def test_together_they_are_small():
    files = [file for file in AGENTS.rglob("*") if file.is_file()]
    assert {file.parent.name for file in files} == {*NAMES}
    assert sum(file.stat().st_size for file in files) < 2_000_000


@pytest.mark.parametrize("name", NAMES)
def test_cards_say_how_they_were_made(name):
    card = (AGENTS / name / "README.md").read_text("utf-8")
    arm = name.removeprefix("tiny-")
    assert "`latentgym train tiny-number-guessing --compare --seed " in card
    assert f"arm `{arm}` (seed " in card
    assert all(
        f"\n- {package} " in card for package in ("latentgym-train", "torch", "transformers")
    )
    assert "training never showed them" in card
    (environment,) = SUITE.environments
    assert f"**`{load_registry().complete(environment.id)}`" in card
    assert "license: mit" in card


@pytest.mark.parametrize("name", NAMES)
def test_cards_and_files_hold_no_paths_of_this_machine(name):
    for file in (AGENTS / name).iterdir():
        if file.suffix != ".safetensors":
            text = file.read_text("utf-8")
            assert str(Path.home()) not in text
            assert "/tmp/" not in text
    assert json.loads((AGENTS / name / "config.json").read_text("utf-8"))["dtype"] == "float16"
