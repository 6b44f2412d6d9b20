"""What the package promises as a whole."""

from pathlib import Path

import pytest

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
