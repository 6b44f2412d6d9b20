"""What the package promises as a whole."""

import re
from pathlib import Path

import pytest

from latentgym_core.environment import build_environment
from latentgym_core.errors import EnvError
from latentgym_core.registry import load_registry

PUBLISHED = {
    "number_guessing": 7,
    "bandits": 29,
    "secretary": 41,
    "mastermind": 54,
    "wordladder": 20,
    "wordle": 165,
    "hangman": 105,
}
DOCUMENT = (Path(__file__).parents[2] / "docs/environments.md").read_text("utf-8")


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_published_latent_is_registered_and_in_the_documents(name):
    presets = [entry.spec for entry in load_registry().latents((name,)) if entry.spec.preset]
    assert len(presets) == PUBLISHED[name]
    section = DOCUMENT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert [spec.name for spec in presets if f"| `{spec.name}` |" not in section] == []
    assert all(spec.summary and spec.source for spec in presets)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_game_has_the_three_reference_players(name):
    players = set(load_registry().agent_names((name,)))
    assert {"scripted/blind", "scripted/bayes", "scripted/oracle"} <= players


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_preset_draws_sequences_or_refuses_with_its_count(name):
    registry = load_registry()
    for entry in registry.latents((name,)):
        if not entry.spec.preset:
            continue
        env_id = registry.complete(f"{name}/{entry.spec.name}/no_info/standard/ep10")
        lengths = drawn_lengths(build_environment(env_id, registry))
        assert lengths == {10} or re.search(r"leaves \d+ ", str(lengths)), (
            entry.spec.name,
            lengths,
        )


def drawn_lengths(environment):
    """The lengths of the sequences of 200 seeds, or the refusal."""
    try:
        return {len(environment.sequence(seed).tasks) for seed in range(200)}
    except EnvError as refusal:
        return refusal
