"""How games register: factories that a search finds, and presets that are their family's."""

from pathlib import Path

import pytest

import latentgym_envs
from latentgym_core.registry.specs import LatentSpec
from latentgym_envs import plugin
from latentgym_envs.common.registering import Game, Games

SPECS = (
    *plugin.latentgym_register_core_envs(),
    *plugin.latentgym_register_latents(),
    *plugin.latentgym_register_agents(),
)


def written():
    """The text of every `specs` module."""
    (package,) = latentgym_envs.__path__
    return [path.read_text("utf-8") for path in Path(package).rglob("specs.py")]


def glued(paths, texts):
    """Those of the paths that no text holds as they are."""
    return sorted({path for path in paths if not any(f'"{path}"' in text for text in texts)})


def test_every_factory_and_data_file_is_written_out_where_it_is_registered():
    files = [*(each.worth for each in plugin.latentgym_register_core_envs())]
    files += [each.file for each in plugin.latentgym_register_suites()]
    assert not glued([*(spec.factory for spec in SPECS), *files], written())


def test_a_glued_factory_is_found():
    text = 'HERE = "maze"\nWALLS, PLAYER = f"{HERE}.latents:Walls", "maze.players:Oracle"'
    assert glued(["maze.latents:Walls", "maze.players:Oracle"], [text]) == ["maze.latents:Walls"]


@pytest.mark.parametrize("structure", ["iid", "markov"])
def test_a_preset_is_its_family_with_more_fixed(structure):
    family = Game("maze").family("walls", "maze.latents:Walls", "Walls.", structure, thick=True)
    assert family.preset("north", "hard", "A wall in the north.", side="n") == LatentSpec(
        name="north",
        core_envs=("maze",),
        factory="maze.latents:Walls",
        params={"thick": True, "side": "n"},
        summary="A wall in the north.",
        tier="hard",
        structure=structure,
        source="published LatentGym environments",
    )
    assert (family.spec.preset, family.spec.params, family.spec.source) == (False, {}, "")


def test_a_shared_family_is_for_all_of_its_games():
    family = Games(("maze", "lamps")).family("side", "easy", "maze.latents:Side", "One side.")
    preset = family.preset("left", "medium", "The left side.", value="left")
    for spec, tier in ((family.spec, "easy"), (preset, "medium")):
        assert (spec.core_envs, spec.tier, spec.source) == (("maze", "lamps"), tier, "LatentGym")
