"""What every game registers: its published ids under their published names, and its players."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from latentgym_core.registry import load_registry

SPECS = Path(__file__).parents[3] / "shared" / "spec"
PUBLISHED = {
    "number_guessing": 7,
    "bandits": 29,
    "secretary": 41,
    "mastermind": 54,
    "wordladder": 20,
    "wordle": 165,
    "hangman": 105,
}
NAME = re.compile(r"`(_?\w[\w/-]*)`(…)?|, ([A-Za-z_]+) \d")
SHORT = re.compile(r"_\w+|\d+(letter)?")
BAR = re.compile(r"(?<!\\)\|")
PLACEHOLDERS = {"category_k", "attribute_k", "position_X_at_i", "multi_position_"}


def presets(game: str) -> list[str]:
    """Names of the presets of one game alone."""
    specs = [entry.spec for entry in load_registry().latents((game,))]
    return [spec.name for spec in specs if spec.preset and spec.core_envs == (game,)]


def listed(game: str) -> set[str]:
    """The ids of the catalogue in a spec: one table, and for wordle some lists beside it."""
    text = (SPECS / f"{game}.md").read_text("utf-8")
    section = re.search(r"^## \d\. Latent catalogue.*?(?=^## )", text, re.MULTILINE | re.DOTALL)[0]
    rows = [BAR.split(line)[1:-1] for line in section.splitlines() if line.startswith("|")]
    column = next(place for place, cell in enumerate(rows[0]) if cell.split()[0] in ("id", "ids"))
    table = [row[column] for row in rows[2:] if len(row) == len(rows[0])]
    found = {name for cell in table for name in names_in(cell)} - PLACEHOLDERS
    return found | outside_the_table(game, section)


def names_in(cell: str) -> Iterator[str]:
    """Written-out names, the ends of others (`_4`), ranges of them, and bare ends (`, C 68`)."""
    full, ranged = "", False
    for quoted, dots, bare in NAME.findall(cell):
        stem, _, last = full.rpartition("_")
        if bare:
            if stem:
                yield f"{stem}_{bare}{'-cluster' * last.endswith('-cluster')}"
            continue
        name = f"{stem}_{quoted.lstrip('_')}" if SHORT.fullmatch(quoted) else quoted
        if ranged:
            yield from (f"{stem}_{i}" for i in range(int(last) + 1, int(name.rpartition("_")[2])))
        stem, _, last = name.rpartition("_")
        yield from (f"{stem}_{each}" if stem else each for each in last.split("/"))
        full, ranged = name, bool(dots)


def outside_the_table(game: str, section: str) -> set[str]:
    if game != "wordle":
        return set()
    suffixes = section.partition("multi_position suffix")[2].partition("\n\n")[0]
    return {
        *(f"position_{letter}_at_{i}" for letter in "ETAOINSR" for i in range(5)),
        *(f"starts_with_{letter}" for letter in "SBPCMDR"),
        *(f"multi_position_{suffix}" for suffix in re.findall(r"`(\w+)`", suffixes)),
        *re.findall(r"`((?:category|attribute)_\w{2,})`", section),
    }


@pytest.mark.parametrize("game", PUBLISHED)
def test_every_published_id_has_its_published_name(game: str) -> None:
    if not SPECS.is_dir():
        pytest.skip("the fact specs are not beside this repository")
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
