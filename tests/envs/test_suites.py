"""The suites that are shipped: what they play pays, and the committed tables say what is so."""

import importlib.util
import json
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import latentgym_core as lg
from latentgym_core.cli import cli
from latentgym_core.metrics import build_report
from latentgym_core.registry.env_id import EnvId
from latentgym_core.registry.registry import load_registry
from latentgym_core.runs.config import RunConfig, RunEnvironment
from latentgym_core.runs.evaluation import evaluate_sync
from latentgym_core.runs.named_suites import suite_config
from latentgym_core.worth.lookup import known_worth
from latentgym_core.worth.measuring import measure_worth
from latentgym_core.worth.records import LEAST_PER_TASK, LEAST_SHARE
from latentgym_core.worth.references import BAYES, BLIND, TOLD
from latentgym_core.worth.table import format_worths, worths_of
from latentgym_envs.plugin import GAMES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/results/suites.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
REGISTRY = load_registry()
SUITES = {
    name: suite_config(REGISTRY.suite(name).spec, REGISTRY)
    for name in ("quick", "standard", "paper")
}
FINGERPRINTS = {
    ("quick", 1): "dfc6011325af",
    ("standard", 1): "6d22a765a6de",
    ("paper", 1): "88287725e420",
}
PAYING = [each.id for name in ("quick", "standard") for each in SUITES[name].environments]
DEFAULTS = [f"{game}/{REGISTRY.core_env(game).spec.default_latent}" for game in GAMES]


def latentgym(*arguments):
    result = CliRunner().invoke(cli, arguments, obj=REGISTRY)
    assert result.exit_code == 0, result.output
    return result


def between(text, title):
    return text.partition(f"<!-- {title} -->\n")[2].partition(f"<!-- end of {title} -->")[0]


def cells(table):
    lines = [line.strip("|").split(" | ") for line in table.splitlines()]
    return [[cell.strip(" `*") for cell in line] for line in (lines[0], *lines[2:])]


# ---- what is played


@pytest.mark.parametrize("name", SUITES)
def test_a_suite_that_changes_gets_another_version(name):
    label = SUITES[name].suite
    told = f"raise the version of the suite {name}, then note its fingerprint here"
    assert FINGERPRINTS.get((name, label.version)) == label.fingerprint, told


@pytest.mark.parametrize("name", SUITES)
def test_every_game_is_in_every_suite(name):
    played = {EnvId.parse(each.id).core_envs for each in SUITES[name].environments}
    assert played == {(game,) for game in GAMES}


@pytest.mark.parametrize("env_id", PAYING)
def test_adapting_pays_wherever_it_is_measured(env_id):
    row = known_worth(EnvId.parse(env_id), REGISTRY).exact
    assert row.share >= LEAST_SHARE
    assert row.per_task >= LEAST_PER_TASK
    assert row.bayes.mean > row.blind.mean


def test_the_published_suite_draws_the_published_sequences():
    for environment in SUITES["paper"].environments:
        core_env = REGISTRY.core_env(EnvId.parse(environment.id).core_envs[0]).spec.load()
        seeds = SUITES["paper"].seeds(environment)
        regenerating = [core_env.published_seed("frontier", seed) for seed in range(42, 47)]
        assert regenerating in (list(seeds), [None] * 5)
    assert SUITES["paper"].split == "published"


def test_the_published_suite_is_as_it_was():
    rows = [known_worth(EnvId.parse(e.id), REGISTRY).exact for e in SUITES["paper"].environments]
    assert all(rows)
    worthless = [row for row in rows if row.per_task < LEAST_PER_TASK]
    assert 0 < len(worthless) < len(rows)


# ---- what z is worth


@pytest.mark.parametrize("game", GAMES)
def test_every_latent_that_can_be_drawn_has_a_row(game):
    missing = []
    for entry in REGISTRY.latents((game,)):
        try:
            full = REGISTRY.complete(f"{game}/{entry.spec.name}")
            if known_worth(full, REGISTRY).exact is None:
                lg.build_environment(full, REGISTRY).sequence(0)
                missing.append(entry.spec.name)
        except lg.LatentGymError:  # refused, or a family that needs parameters or a larger pool
            continue
    assert missing == []


@pytest.mark.parametrize(
    "env_id",
    [
        "number_guessing/set_of_2/no_info/information/ep5?env.max_turns=3&latent.high=16",
        "mastermind/order/no_info/information/ep5?env.max_turns=5&env.partial=none&env.turn_penalty=0.2",
    ],
)
def test_a_row_is_what_is_measured_today(env_id):
    row = known_worth(REGISTRY.complete(env_id), REGISTRY).exact
    measured = measure_worth(row.env_id, row.num_sequences, REGISTRY)
    assert format_worths([measured]) == format_worths([row])


@pytest.mark.parametrize("env_id", DEFAULTS)
def test_show_says_of_every_default_environment_what_it_can_show(env_id):
    full = REGISTRY.complete(env_id)
    known = known_worth(full, REGISTRY)
    text = latentgym("show", env_id).stdout
    assert f"told z adds {known.exact.per_task:+.3f}" in text
    assert ("cannot show adaptation" in text) is not known.exact.can_show_adaptation
    assert known.instead.can_show_adaptation
    assert known.instead.env_id.startswith(f"{full.core_envs[0]}/")


def test_some_default_environments_cannot_show_adaptation():
    rows = {each: known_worth(REGISTRY.complete(each), REGISTRY).exact for each in DEFAULTS}
    unable = {each.partition("/")[0] for each, row in rows.items() if not row.can_show_adaptation}
    assert unable >= {"mastermind", "wordle", "hangman"}


@pytest.mark.parametrize("game", GAMES)
def test_tables_have_every_environment_once(game):
    ids = [row.env_id for row in worths_of(REGISTRY, game)]
    assert len(set(ids)) == len(ids) > 10
    assert {row.num_sequences for row in worths_of(REGISTRY, game)} == {50}


def test_a_dry_run_of_quick_knows_every_spread():
    result = latentgym("eval", "--suite", "quick", "--dry-run", "--detect", "0.1")
    assert tomllib.loads(result.stdout)["suite"]["name"] == "quick"
    assert result.stderr.count("sequences show a difference of 0.1") == len(GAMES)
    assert "not known" not in result.stderr


def test_suites_are_listed():
    listed = json.loads(latentgym("list", "suites", "--json").stdout)
    sizes = {each["name"]: (each["environments"], each["sequences"]) for each in listed}
    assert sizes == {"quick": (7, 70), "standard": (14, 280), "paper": (28, 140)}
    text = (ROOT / "docs/evaluation.md").read_text("utf-8")
    for name, (environments, _) in sizes.items():
        told = next(line for line in text.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| {environments}, " in told
        assert f"{SUITES[name].num_sequences} sequences" in told


# ---- reference results


@pytest.mark.parametrize("name", SUITES)
def test_reference_tables_have_every_environment_and_player(name):
    table = cells(between(PAGE, f"scores of {name}"))
    assert table[0] == ["environment", BLIND, TOLD, BAYES]
    assert len(table) == len(SUITES[name].environments) + 3  # header, mean, sequences
    for game in GAMES:
        players = [row[0] for row in cells(between(PAGE, f"players of {game} on {name}"))[1:]]
        registered = [each for each in REGISTRY.agent_names((game,)) if "scripted/" in each]
        assert sorted(players) == sorted(registered)


def test_the_readme_has_the_table_of_quick():
    assert between(README, "quick suite") == between(PAGE, "models on quick")
    header = cells(between(README, "quick suite"))[0]
    assert header == ["environment", BLIND, TOLD, BAYES, "local/smollm2?examples=8"]


def test_unscored_environments_of_the_published_suite_are_marked():
    table = cells(between(PAGE, "scores of paper"))
    unscored = [row for row in table[1:] if row[-1] == "n/a"]
    assert 0 < len(unscored) < len(table)


def test_a_row_of_the_reference_results_is_what_is_played_today():
    sys.path.insert(0, str(ROOT / "latentgym-envs/scripts"))
    try:
        spec = importlib.util.find_spec("suite_tables")
        tables = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(tables)
    finally:
        sys.path.pop(0)
    environment = SUITES["quick"].environments[0]
    run = RunConfig(
        environments=(RunEnvironment(id=environment.id),),
        agents=(BLIND, BAYES, TOLD),
        num_sequences=SUITES["quick"].num_sequences,
    )
    today = tables.score_table(build_report(evaluate_sync(run, REGISTRY)))
    row = today.splitlines()[2]
    assert row in between(PAGE, "scores of quick").splitlines()
