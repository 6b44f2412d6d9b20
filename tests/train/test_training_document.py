"""What docs/training.md shows can be run."""

import re
from pathlib import Path

import pytest

from latentgym_core.registry.registry import load_registry
from latentgym_train.config.config_file import load_config

TEXT = (Path(__file__).parents[2] / "docs/training.md").read_text("utf-8")
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
