"""What every game registers: its published ids under their published names, and its players."""

from pathlib import Path

import pytest

from latentgym_core.registry.registry import load_registry

NAMES = Path(__file__).with_name("published_names.txt").read_text("utf-8")
PUBLISHED = {
    "number_guessing": 7,
    "bandits": 29,
    "secretary": 41,
    "mastermind": 54,
    "wordladder": 20,
    "wordle": 165,
    "hangman": 105,
}


def presets(game: str) -> list[str]:
    """Names of the presets of one game alone."""
    specs = [entry.spec for entry in load_registry().latents((game,))]
    return [spec.name for spec in specs if spec.preset and spec.core_envs == (game,)]


def listed(game: str) -> set[str]:
    """The ids under which the public research code knows the latents of a game."""
    section = NAMES.partition(f"[{game}]")[2].partition("[")[0]
    return set(section.split())


@pytest.mark.parametrize("game", PUBLISHED)
def test_every_published_id_has_its_published_name(game: str) -> None:
    assert listed(game) == set(presets(game))


@pytest.mark.parametrize("game", PUBLISHED)
def test_the_number_of_published_ids(game: str) -> None:
    names = presets(game)
    assert len(names) == len(set(names)) == PUBLISHED[game]
    specs = [load_registry().latent((game,), name).spec for name in names]
    assert all(spec.preset and spec.summary and spec.source for spec in specs)


@pytest.mark.parametrize("game", PUBLISHED)
def test_every_game_has_the_three_reference_players(game: str) -> None:
    players = set(load_registry().agent_names((game,)))
    assert {"scripted/blind", "scripted/bayes", "scripted/oracle"} <= players


def test_alternating_is_a_code_in_mastermind_and_a_combinator_elsewhere() -> None:
    registry = load_registry()
    assert registry.latent(("mastermind",), "alternating").spec.core_envs == ("mastermind",)
    for games in (("wordle",), ("mastermind", "wordle")):
        assert registry.latent(games, "alternating").spec.core_envs == ()
    parts = "first_is_1+last_is_2"
    assert registry.complete(f"mastermind/cyclic?latent.of={parts}").latent == "cyclic"
