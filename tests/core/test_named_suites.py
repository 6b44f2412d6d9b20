"""Named suites: found by name, played between two references, named only if whole."""

import importlib.util
import json
import tomllib
from pathlib import Path

import pytest
from attrs import evolve
from click.testing import CliRunner

from latentgym_core.cli import cli
from latentgym_core.cli.suite_type import SuiteType
from latentgym_core.errors import SpecError, UnknownNameError
from latentgym_core.records.jsonl import TRAJECTORIES
from latentgym_core.runs.config import Job, SuiteLabel, fingerprint
from latentgym_core.runs.evaluation import prepare
from latentgym_core.runs.named_suites import find_suite, suite_config, with_references
from latentgym_core.runs.reporting import suite_played
from latentgym_core.runs.suite import format_config, make_config, read_config
from latentgym_core.testing import check_core_env

SPEC = importlib.util.spec_from_file_location(
    "suited_lamps", Path(__file__).with_name("suited_lamps.py")
)
suited = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(suited)


@pytest.fixture
def registry(tmp_path, monkeypatch):
    return suited.registry_with(tmp_path, monkeypatch, suites={"glow": suited.SUITE})


@pytest.fixture
def latentgym(registry):
    def run(*arguments, code=0):
        result = CliRunner().invoke(cli, [str(each) for each in arguments], obj=registry)
        assert result.exit_code == code, result.output
        return result

    return run


# ---- names and files


def test_a_word_is_a_registered_suite_and_a_path_is_a_file(registry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("glow", "other", "mine.toml"):
        Path(name).write_text('agents = ["steady"]\n[[environments]]\nid = "lamps"\n', "utf-8")
    assert find_suite("glow", registry)["suite"].name == "glow"
    for path in ("mine.toml", "other", "./glow", str(tmp_path / "glow")):
        found = find_suite(path, registry)
        assert (found["environments"], "suite" in found) == ([{"id": "lamps"}], False)


def test_a_typo_is_told_the_nearest_suite(registry):
    with pytest.raises(UnknownNameError, match="no suite named 'glwo'; did you mean glow"):
        find_suite("glwo", registry)
    for path in ("glow.toml", "./glow"):
        with pytest.raises(SpecError, match="cannot be read"):
            find_suite(path, registry)


def test_suites_are_listed_with_what_is_in_them(latentgym):
    header, row = latentgym("list", "suites").stdout.splitlines()
    listed = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert listed["name"] == "glow"
    assert (listed["version"], listed["environments"], listed["sequences"]) == ("3", "2", "7")
    (data,) = json.loads(latentgym("list", "suites", "--json").stdout)
    assert (data["name"], data["version"]) == ("glow", 3)
    assert (data["environments"], data["sequences"]) == (2, 7)
    assert "glow" in latentgym("list", "--env", "lamps").stdout


def test_a_suite_that_cannot_be_read_is_listed_and_refused(tmp_path, monkeypatch):
    broken = suited.registry_with(tmp_path, monkeypatch, suites={"torn": "agents = ["})
    listed = CliRunner().invoke(cli, ["list", "suites", "--json"], obj=broken)
    assert json.loads(listed.stdout)[0]["environments"] is None
    with pytest.raises(SpecError, match=r"torn\.toml is no TOML file"):
        find_suite("torn", broken)
    results = [each for each in check_core_env("lamps", broken, seeds=2) if each.failed]
    assert "suite torn" in [each.subject for each in results]


def test_plugins_and_check_know_the_hook(latentgym, registry):
    (plugin,) = (
        each
        for each in json.loads(latentgym("plugins", "--json").stdout)
        if "suites" in each["contributed"]
    )
    assert plugin["contributed"]["suites"] == ["glow"]
    (found,) = (
        each for each in check_core_env("lamps", registry, seeds=2) if each.subject == "suite glow"
    )
    assert (found.name, found.status) == ("named suite", "ok")


def test_names_complete(registry):
    import click

    context = click.Context(click.Command("eval"), obj=registry)
    found = SuiteType().shell_complete(context, click.Option(["--suite"]), "gl")
    assert [(each.value, each.type) for each in found] == [("glow", "plain"), ("gl", "file")]


# ---- the label


def label_of(registry, **changes):
    """The label that is left of the suite once it was changed."""
    data = {**find_suite("glow", registry), "agents": ["steady"], **changes}
    return prepare(make_config(data), registry).config.suite


def test_what_is_played_decides_on_the_name(registry):
    label = label_of(registry)
    assert str(label) == "glow v3"
    same = ({"agents": ["scripted/blind"]}, {"concurrency": 1}, {"num_sequences": 4})
    assert all(label_of(registry, **each) == label for each in same)
    for other in (
        {"num_sequences": 5},
        {"seed": 1},
        {"split": "train"},
        {"reward_type": "terminal"},
        {"max_turns": 9},
        {"max_tokens": 9},
        {"environments": [{"id": "lamps/same_lamp"}]},
    ):
        assert label_of(registry, **other) is None, other


def test_another_version_of_a_game_is_another_suite(registry, tmp_path, monkeypatch):
    newer = suited.registry_with(tmp_path, monkeypatch, suites={"glow": suited.SUITE}, version=2)
    assert label_of(registry).fingerprint != label_of(newer).fingerprint
    assert label_of(newer, suite=label_of(registry)) is None


def test_the_label_is_written_and_read_back(registry, tmp_path):
    config = suite_config(registry.suite("glow").spec, registry)
    path = tmp_path / "config.toml"
    path.write_text(format_config(config), "utf-8")
    assert read_config(path) == config
    assert config.suite == SuiteLabel(name="glow", version=3, fingerprint=fingerprint(config))


@pytest.mark.parametrize("suite", ['"glow"', '{ name = "glow" }', '{ name = "g", colour = 1 }'])
def test_a_malformed_label_is_refused(suite, tmp_path):
    path = tmp_path / "suite.toml"
    path.write_text(f'agents = ["a"]\nsuite = {suite}\n[[environments]]\nid = "lamps"\n', "utf-8")
    with pytest.raises(SpecError, match="it is a table of name, version, fingerprint"):
        read_config(path)


def test_a_part_of_a_suite_says_so(registry):
    config = evolve(suite_config(registry.suite("glow").spec, registry), agents=("steady",))
    assert suite_played(config, config.jobs) == "glow v3"
    assert suite_played(config, config.jobs[:5]) == "part of glow v3 (5 of 7 sequences)"
    assert suite_played(config, [Job("lamps", "steady", 0)]).startswith("part of glow v3 (0 of")
    assert suite_played(evolve(config, num_sequences=9), config.jobs) == ""
    assert suite_played(None, config.jobs) == ""


# ---- playing


def test_references_play_on_both_sides_of_the_agents():
    assert with_references(["scripted/oracle", "x", "scripted/blind"]) == [
        *("scripted/blind", "x", "scripted/oracle")
    ]


def test_a_suite_is_played_and_scored_under_its_name(latentgym, tmp_path):
    out = tmp_path / "run"
    result = latentgym("eval", "--suite", "glow", "--out", out)
    config = tomllib.loads((out / "config.toml").read_text("utf-8"))
    assert config["agents"] == ["scripted/blind", "steady", "scripted/oracle"]
    assert (config["suite"]["name"], config["suite"]["version"]) == ("glow", 3)
    for shown in (result, latentgym("metrics", out), latentgym("metrics", out, "--by", "agent")):
        assert "Score of glow v3: scripted/blind is 0 and scripted/oracle 1" in shown.stdout
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert json.loads(latentgym("metrics", out, "--json").stdout) == summary
    assert summary["suite"] == "glow v3"
    scores = {each["group"]: each["score"]["value"] for each in summary["scores"]}
    assert scores[suited.SAME] == 0.0  # steady plays as blind does


def test_an_agent_replaces_the_others_and_scaffolds_leave_the_references_alone(latentgym):
    flags = ("--agent", "moody/m", "--scaffold", "none", "--dry-run")
    printed = tomllib.loads(latentgym("eval", "--suite", "glow", *flags).stdout)
    assert printed["agents"] == ["scripted/blind", "moody/m?scaffold=none", "scripted/oracle"]
    assert printed["suite"]["name"] == "glow"


def test_a_changed_suite_loses_its_name(latentgym, tmp_path):
    out = tmp_path / "run"
    result = latentgym("eval", "--suite", "glow", "-n", 2, "--out", out)
    assert "glow v3 was changed: this run does not go by its name." in result.stderr
    assert "suite" not in tomllib.loads((out / "config.toml").read_text("utf-8"))
    assert "Score: scripted/blind is 0" in result.stdout
    whole = latentgym("eval", "--suite", "glow", "-n", 4, "--dry-run")  # 20.. has three of its own
    assert "was changed" in whole.stderr


def test_an_edited_configuration_loses_the_name(latentgym, tmp_path):
    out = tmp_path / "run"
    latentgym("eval", "--suite", "glow", "--out", out)
    path = out / "config.toml"
    path.write_text(path.read_text("utf-8").replace("seed = 20", "seed = 21"), "utf-8")
    shown = latentgym("metrics", out).stdout
    assert "Score: scripted/blind is 0" in shown
    assert "glow" not in shown


def test_a_stopped_suite_goes_on_under_its_name(latentgym, tmp_path):
    out = tmp_path / "run"
    latentgym("eval", "--suite", "glow", "--out", out)
    whole = (out / TRAJECTORIES).read_bytes()
    lines = whole.splitlines(keepends=True)
    (out / TRAJECTORIES).write_bytes(b"".join(lines[:-4]))
    assert "Score of part of glow v3 (17 of 21 sequences)" in latentgym("metrics", out).stdout
    assert "Score of glow v3:" in latentgym("eval", "--resume", out).stdout
    assert (out / TRAJECTORIES).read_bytes() == whole


def test_the_configuration_of_a_run_plays_the_same_suite_again(latentgym, tmp_path):
    latentgym("eval", "--suite", "glow", "--out", tmp_path / "first")
    again = tmp_path / "first" / "config.toml"
    latentgym("eval", "--suite", again, "--out", tmp_path / "second")
    first, second = (
        (tmp_path / run / "config.toml").read_text("utf-8") for run in ("first", "second")
    )
    assert first == second
    both = latentgym("metrics", tmp_path / "first", tmp_path / "second").stdout
    assert "Score of glow v3" in both
