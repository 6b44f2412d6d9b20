"""docs/environments.md says what the code does: parameters, defaults, ids to paste, tables."""

import asyncio
import itertools
import json
import re
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner

import latentgym_core as lg
from latentgym_core.cli import cli
from latentgym_core.registry.env_id import PartialEnvId
from latentgym_core.registry.parameters import format_scalar
from latentgym_core.registry.registry import load_registry

REGISTRY = load_registry()
GAMES = [entry.spec.name for entry in REGISTRY.core_envs() if entry.spec.default_latent]
TEXT = (Path(__file__).parents[2] / "docs/environments.md").read_text("utf-8")
IDS = [
    each
    for each in dict.fromkeys(re.findall(r"`([a-z_+]+/[\w/=&.?+-]+)`", TEXT))
    if set(each.partition("/")[0].split("+")) <= set(GAMES)
]
AXES = ("within", "identifying", "across")
MEAN = re.compile(r"([\d.]+) ± ([\d.]+)(†?)")


def section(game: str) -> str:
    return TEXT.partition(f"\n## {game}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the first table of a text, without its head."""
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def between(text: str, title: str) -> str:
    """What stands between the markers of a title; {} in it is anything."""
    pattern = re.escape(title).replace(r"\{\}", r"\S*")
    return re.search(rf"<!-- {pattern} -->\n(.*?)<!-- end of {pattern} -->", text, re.DOTALL)[1]


def defaults(kind: type) -> dict[str, str]:
    return {each.name: written(each.default) for each in attrs.fields(kind) if each.init}


def written(default: object) -> str:
    """A default as the tables have it: – stands for none."""
    if default is None or default == "":
        return "–"
    return format_scalar(default) if not isinstance(default, str) else default


def named(cell: str, prefix: str) -> list[str]:
    return re.findall(rf"`{prefix}\.(\w+)`", cell)


# ---- parameters


@pytest.mark.parametrize("game", GAMES)
def test_the_rule_table_holds_every_parameter_with_its_default(game):
    told = {}
    for names, default, *_ in rows(section(game).partition("**Rule versions.**")[2]):
        told.update(zip(named(names, "env"), default.replace("`", "").split(", "), strict=False))
    expected = defaults(REGISTRY.core_env(game).spec.load())
    assert {name: float_free(each) for name, each in told.items()} == {
        name: float_free(each) for name, each in expected.items()
    }


def float_free(number: str) -> str:
    """`0` for `0.0`, as tables write it."""
    return re.sub(r"\.0$", "", number)


@pytest.mark.parametrize("game", GAMES)
def test_the_difficulty_table_sweeps_all_three_axes(game):
    table = rows(between(section(game), f"difficulty of {game}"))
    assert {row[0] for row in table} >= set(AXES)
    for _, parameter, default, _, pasted, *measured in table:
        partial = PartialEnvId.parse(pasted.strip("`"))
        latent = REGISTRY.latent(partial.core_envs, partial.latent).spec.load()
        known = {
            **{f"env.{k}": v for k, v in defaults(REGISTRY.core_env(game).spec.load()).items()},
            **{f"latent.{k}": v for k, v in defaults(latent).items()},
        }
        swept = re.findall(r"`([a-z]+\.\w+)`", parameter)
        told = default.replace("`", "").split(", ")
        assert [float_free(known[each]) for each in swept] == (told if swept else [])
        assert len(measured) == 3
        assert all(0 <= float(each) <= 1 for each in measured)


@pytest.mark.parametrize("game", GAMES)
def test_every_player_of_a_game_is_described(game):
    told = section(game).partition("**Players.**")[2].partition("\n\n")[0]
    own = [entry.spec for entry in REGISTRY.agents((game,)) if entry.spec.core_envs == (game,)]
    assert {spec.name for spec in own} == set(re.findall(r"`(scripted/\w+)`", told))


# ---- ids


@pytest.mark.parametrize("pasted", IDS)
def test_every_id_can_be_pasted_and_played(pasted):
    environment = lg.build_environment(REGISTRY.complete(pasted), REGISTRY)
    env = lg.SequenceEnv(environment)
    env.reset(0)
    agent = lg.make_agent("scripted/blind", environment.id.core_envs, REGISTRY)
    trajectory = asyncio.run(lg.play(env, agent, session="paste"))
    assert trajectory.error is None
    assert len(trajectory.rewards) == environment.num_tasks


def test_ids_were_found():
    assert len(IDS) > 100
    assert {each.partition("/")[0] for each in IDS} >= set(GAMES)


@pytest.mark.parametrize("game", GAMES)
def test_show_tells_the_ground_truth_only_when_asked(game):
    name = f"{game}/{REGISTRY.core_env(game).spec.default_latent}/full_info/information"
    shown, revealed = (
        json.loads(CliRunner().invoke(cli, ["show", name, "--json", *more], obj=REGISTRY).stdout)
        for more in ((), ("--reveal",))
    )
    environment = lg.build_environment(REGISTRY.complete(name), REGISTRY)
    core_env, sequence = environment.core_envs[game], environment.sequence(0)
    opening = " ".join(message["content"] for message in shown["messages"])
    assert core_env.rules(sequence.tasks[0]) in opening
    assert environment.latent.disclosure() in opening
    assert shown["feedback_example"]
    truth = revealed.pop("truth")
    assert revealed == shown
    assert truth["z_text"] == environment.latent.describe(sequence.z)
    assert truth["task_texts"] == [core_env.reveal(task) for task in sequence.tasks]
    assert not any(told in opening for told in (truth["z_text"], *truth["task_texts"]))


def test_latents_are_listed_by_game_and_tier():
    listed = CliRunner().invoke(
        cli, ["list", "latents", "--env", "wordle", "--tier", "hard", "--json"], obj=REGISTRY
    )
    assert {each["tier"] for each in json.loads(listed.stdout)} == {"hard"}
    own = [each for each in json.loads(listed.stdout) if each["core_envs"] == ["wordle"]]
    assert sum(each["preset"] for each in own) == 57


# ---- measured tables


@pytest.mark.parametrize("game", GAMES)
def test_the_table_of_presets_is_complete_and_in_order_but_for_explained_rows(game):
    found = {
        row[0].strip("`"): row[4:7]
        for row in rows(between(section(game), f"presets of {game}{{}}"))
    }
    specs = [entry.spec for entry in REGISTRY.latents((game,))]
    assert list(found) == [s.name for s in specs if s.preset and s.core_envs == (game,)]
    explanation = section(game).partition("**Rows out of order.**")[2]
    out_of_order = set()
    for name, cells in found.items():
        if not all(cells):  # it refuses
            continue
        means = [MEAN.fullmatch(cell).groups() for cell in cells]
        if any(mark for *_, mark in means):
            out_of_order.add(name)
            continue
        for (low, low_half, _), (high, high_half, _) in itertools.pairwise(means):
            assert float(high) + float(high_half) >= float(low) - float(low_half), name
    assert out_of_order == set(re.findall(r"^\* `(\w[\w-]*)`", explanation, re.MULTILINE))


@pytest.mark.parametrize("game", GAMES)
def test_five_environments_of_each_game_gain_fifteen_percent(game):
    gains = [row[-1] for row in rows(between(TEXT, "headroom")) if row[0].startswith(f"`{game}/")]
    assert len(gains) >= 5
    for gain in gains:
        mean, half = map(float, re.fullmatch(r"\+(\d+) % ± (\d+) %", gain).groups())
        assert mean - half >= 15
