"""The section on mixed sequences says what the registry says, and constants are as measured."""

import importlib.util
import math
import re
import statistics
from pathlib import Path

import pytest

from latentgym_core import load_registry

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/environments.md").read_text("utf-8")
SECTION = DOCUMENT.partition("\n## Mixed sequences\n")[2].partition("\n## ")[0]
SCRIPT = ROOT / "latentgym-envs/scripts/measure_reward_scales.py"
SPEC = importlib.util.spec_from_file_location("measure_reward_scales", SCRIPT)
script = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(script)
CONSTANTS = dict(re.findall(r"^\| (\w+) \| [\d.]+ ± [\d.]+ \| ([\d.]+) \|$", SECTION, re.M))


def test_every_shared_latent_has_a_row():
    shared = [each.spec.name for each in load_registry().latents() if len(each.spec.core_envs) > 1]
    assert len(shared) > 20
    assert [name for name in shared if f"| `{name}` |" not in SECTION] == []


def test_the_constants_are_the_registered_ones():
    registered = {each.spec.name: each.spec.reward_scale for each in load_registry().core_envs()}
    assert {name: float(scale) for name, scale in CONSTANTS.items()} == registered


@pytest.mark.parametrize("name", CONSTANTS)
def test_the_blind_player_earns_the_constant(name):
    rewards = script.blind_rewards(load_registry(), name, 600)
    error = statistics.stdev(rewards) / math.sqrt(len(rewards))
    assert abs(statistics.mean(rewards) - float(CONSTANTS[name])) <= script.ROUNDING + 4 * error
