"""What docs/training.md shows can be run."""

import re
from pathlib import Path

import pytest

from latentgym_core.registry.registry import load_registry
from latentgym_train.config.config_file import load_config

TEXT = (Path(__file__).parents[2] / "docs/training.md").read_text("utf-8")
PACKAGE = Path(__file__).parents[2] / "latentgym-train/src/latentgym_train"
EXAMPLES = [text for text in re.findall(r"```toml\n(.*?)```", TEXT, re.S) if "extends" in text]


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_is_a_configuration_of_environments_that_exist(text, tmp_path):
    file = tmp_path / "example.toml"
    file.write_text(text, "utf-8")
    data = load_config(str(file)).data
    registry = load_registry()
    ids = [*(each.env for each in data.train), *data.evaluation, *data.ood_latents, *data.ood_envs]
    assert len(ids) == len({str(registry.complete(each)) for each in ids})


def test_there_are_examples():
    assert EXAMPLES


def test_the_loop_is_one_file_and_what_it_calls_is_few():
    reading = TEXT.partition("**To read it**")[2].partition("Below, behind")[0]
    named = [Path(name).name for name in re.findall(r"`([\w/]+\.py)`", reading)]
    lines = {
        path.name: len(path.read_text("utf-8").splitlines())
        for path in PACKAGE.rglob("*.py")
        if path.name in named
    }
    assert lines.keys() == set(named)
    assert len(named) <= 10
    assert lines["rl_stage.py"] <= 250
    assert sum(lines.values()) <= 1_100
