"""What 0.1 wrote opens, resumes and measures as it did; its plugins are told what changed.

`tests/fixtures/v0_1` was written by `tools/yesterday.py`.
"""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

import latentgym_core
from latentgym_core.cli import cli
from latentgym_core.outdated.built_for import age
from latentgym_core.outdated.moved import MOVED
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.registry.blame import reason

ROOT = Path(__file__).parents[2]
YESTERDAY = ROOT / "tests/fixtures/v0_1"
COMMAND = "from latentgym_core.cli import main; main()"
CORE = "latentgym_core"
DONE = 42
"""Steps that the training run had done: 40 of imitation and 2 of reinforcement."""


@pytest.fixture
def yesterday(tmp_path):
    """`yesterday("evaluation")`: a copy of what was written, to be worked on."""
    return lambda name: Path(shutil.copytree(YESTERDAY / name, tmp_path / name))


def latentgym(*arguments):
    """What the command prints."""
    done = CliRunner().invoke(cli, [str(each) for each in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def expected(name):
    return json.loads((YESTERDAY / "expected" / f"{name}.json").read_text("utf-8"))


def same(then, now, rel=1e-9):
    """Whether all that was said then is said now; more may be."""
    if isinstance(then, dict):
        return then.keys() <= now.keys() and all(same(then[key], now[key], rel) for key in then)
    if isinstance(then, list):
        return len(then) == len(now) and all(map(same, then, now, [rel] * len(then)))
    if isinstance(then, float):
        return now == pytest.approx(then, rel=rel, abs=1e-9)
    return then == now


def test_a_difference_to_yesterday_is_seen():
    then = expected("inference")
    assert same(then, {**json.loads(json.dumps(then)), "more": 1})
    (changed,) = re.subn(r"0\.3\d+", "0.30001", json.dumps(then), count=1)[:1]
    assert not same(then, json.loads(changed))
    assert not same(then, {})


# ---- runs


def test_a_run_measures_as_it_did(yesterday):
    run = yesterday("evaluation")
    assert same(
        expected("inference"), json.loads(latentgym("metrics", run, "--inference", "--json"))
    )


def test_what_was_inferred_is_read(yesterday):
    from latentgym_core.inference.folder import read_analyses
    from latentgym_core.inference.summary import build_inference_report
    from latentgym_core.records.serial import to_data

    run = yesterday("evaluation")
    trajectories, kept = list(read_trajectories(run)), list(read_analyses(run))
    assert len(kept) == len(trajectories) == 8
    report = to_data(build_inference_report(kept, trajectories))
    assert same(expected("inference")["inference"], report)


@pytest.mark.parametrize(("name", "number"), [("evaluation", 8), ("handoff", 2)])
def test_a_run_replays(yesterday, name, number):
    said = json.loads(latentgym("replay", yesterday(name), "--json"))
    assert said["agrees"]
    assert sum(each["num_agreeing"] for each in said["groups"]) == number
    assert not said["skipped"]
    assert not said["failed"]


def test_a_run_resumes_and_ends_as_it_would_have(yesterday):
    run = yesterday("evaluation")
    begun = (run / "trajectories.jsonl").read_bytes().splitlines(keepends=True)[:-1]
    latentgym("eval", "--resume", run)
    ended = (run / "trajectories.jsonl").read_bytes().splitlines(keepends=True)
    assert (len(begun), len(ended)) == (8, 12)
    assert set(begun) < set(ended)
    assert same(expected("evaluation"), json.loads(latentgym("metrics", run, "--json")))
    assert same(expected("comparison"), json.loads(latentgym("compare", run, "--json")))


def test_a_hand_off_resumes_and_ends_as_it_would_have(yesterday):
    run = yesterday("handoff")
    now = json.loads(latentgym("handoff", "--resume", run, "--json"))
    assert same({**expected("handoff"), "run": str(run)}, now)


def test_the_explorer_reads_a_run(yesterday):
    from latentgym_viz.explorer.following.followed_runs import Library
    from latentgym_viz.explorer.following.run_sources import find_runs
    from latentgym_viz.explorer.index import build_index

    index = build_index(
        Library(find_runs([yesterday("evaluation"), yesterday("handoff")])).refresh()
    )
    labels = index["columns"]["labels"]
    assert (len(labels), labels.count(None)) == (10, 2)  # nobody analysed the hand-off


def test_reports_read_a_run(yesterday):
    from latentgym_core.records.serial import to_data
    from latentgym_viz.reading.findings import read_findings

    read = read_findings([yesterday("evaluation"), yesterday("training")])
    assert same(expected("inference")["summaries"], to_data(read.report.summaries))
    assert [run.has_analyses for run in read.runs] == [True, False]
    assert len(read.analyses) == 8
    (training,) = read.training
    assert len(training.steps) == 44


# ---- a dataset


def test_a_dataset_is_played_as_its_card_says(yesterday, tmp_path, monkeypatch):
    pytest.importorskip("datasets", reason="`pip install latentgym-core[data]`")
    folder = yesterday("dataset")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    card = (folder / "README.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    names = {}
    exec(code.replace('"DIR"', f'r"{folder}", cache_dir=r"{tmp_path / "cache"}"'), names)
    row, environment, sequence = (names[each] for each in ("row", "environment", "sequence"))
    assert list(names["messages"]) == row["opening"]
    assert str(environment.id) == row["env_id"]
    assert sequence == environment.sequence(row["seed"], row["split"])


# ---- a training run


def logged(run):
    return [json.loads(line) for line in (run / "log.jsonl").read_text("utf-8").splitlines()]


def test_a_training_run_resumes_and_ends_as_it_would_have(yesterday):
    pytest.importorskip("torch", reason="`pip install latentgym-train`")
    run = yesterday("training")
    begun = logged(run)[:DONE]
    latentgym("train", "--resume", run)
    assert logged(run)[:DONE] == begun
    evaluation = json.loads((run / "evaluation.json").read_text("utf-8"))
    now = {"log": logged(run), "evaluation": evaluation}
    assert same(expected("training"), now, 1e-3)  # other processors round otherwise
    assert same(evaluation, json.loads(latentgym("metrics", run, "--json")))


def test_a_policy_plays(yesterday, tmp_path):
    pytest.importorskip("torch", reason="`pip install latentgym-train`")
    agent = f"local/{yesterday('training') / 'sft'}?max_new_tokens=3"
    env = expected("training")["evaluation"]["summaries"][0]["group"]
    latentgym("eval", env, "--agent", agent, "-n", "1", "--out", tmp_path / "run")
    (played,) = read_trajectories(tmp_path / "run")
    assert played.error is None
    assert any(turn.facts["valid"] for turn in played.turns)


# ---- plugins


@pytest.fixture(scope="module")
def plugins(tmp_path_factory):
    """Both plugins of 0.1 as pip lays them out beside a core that was upgraded later."""
    site = tmp_path_factory.mktemp("site")
    shutil.copy(YESTERDAY / "plugins/doors/latentgym_doors.py", site)
    shutil.copytree(
        YESTERDAY / "plugins/latentgym-maze/src/latentgym_maze", site / "latentgym_maze"
    )
    for folder in (YESTERDAY / "plugins").iterdir():
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        name, version = project["name"], project["version"]
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        lines = [f"Name: {name}", f"Version: {version}"]
        lines += [f"Requires-Dist: {each}" for each in project["dependencies"]]
        (info / "METADATA").write_text("\n".join(["Metadata-Version: 2.1", *lines, ""]))
        points = project["entry-points"]["latentgym"].items()
        written = [f"{point} = {module}\n" for point, module in points]
        (info / "entry_points.txt").write_text("".join(["[latentgym]\n", *written]))
    return site


def run(plugins, *arguments, code=COMMAND):
    path = os.pathsep.join(filter(None, (str(plugins), os.environ.get("PYTHONPATH"))))
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_plugin_of_public_names_works_on_and_is_said_to_be_old(plugins):
    done = run(plugins, "check", "doors", "--seeds", "5", "--json")
    assert done.returncode == 0, done.stdout
    listed = run(plugins, "plugins", "--json")
    (doors,) = [x for x in json.loads(listed.stdout) if x["distribution"] == "latentgym-doors"]
    assert (doors["status"], doors["built_for"]) == ("ok", "latentgym-core<0.2,>=0.1")
    (told,) = [line for line in listed.stderr.splitlines() if "doors" in line]
    assert "'From 0.1 to 0.2' in docs/plugins.md says what changed" in told
    assert "or run `pip install 'latentgym-core<0.2,>=0.1'`" in told


def test_a_plugin_of_moved_modules_is_told_where_they_are(plugins):
    done = run(plugins, "list", "core-envs", "--json")
    assert done.returncode == 0
    (told,) = done.stderr.splitlines()
    assert told == (
        "plugin latentgym-maze:maze skipped: ModuleNotFoundError: No module named "
        "'latentgym_core.hookspecs', which is latentgym_core.registry.hookspecs now; it was built "
        "for latentgym-core<0.2,>=0.1; 'From 0.1 to 0.2' in docs/plugins.md says what changed"
    )


def test_what_fails_in_use_is_told_its_age(plugins):
    """What else changed shows when it is used, so that whoever fails is said to be old."""
    spec = "AgentSpec(name='scripted/x', factory='latentgym_maze.players:Explorer')"
    code = f"from latentgym_core import AgentSpec; {spec}.load()"
    told = run(plugins, code=code).stderr.splitlines()[-1]
    assert "in plugin latentgym-maze:maze (built for latentgym-core<0.2,>=0.1; 'From 0.1" in told
    assert "which is latentgym_core.contract.agent now." in told


def test_a_plugin_of_today_is_not_told_to_be_old():
    assert age("latentgym-envs") == ""
    assert age("no-such-distribution") == ""


# ---- what was imported from core


def test_every_module_that_was_imported_is_there_or_has_moved():
    modules = [module.partition(".")[2] for module in expected("imports")]
    assert len(modules) > 50
    for module in modules:
        importlib.import_module(".".join(filter(None, (CORE, MOVED.get(module, module)))))


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_an_import_from_where_something_was_tells_where_it_is(old, new):
    home = importlib.import_module(f"{CORE}.{new}")
    with pytest.raises(ImportError) as caught:
        exec(f"from {CORE}.{old} import {public_name(home)}")
    assert reason(caught.value).endswith(f", which is {CORE}.{new} now")


def public_name(module):
    """A name that a module has of its own; others may be imported into a room, too."""
    return next(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    )


def test_public_names_are_public_still():
    then = expected("imports")[CORE]
    assert {*then} - {"strand"} <= {*latentgym_core.__all__}  # which is a module


def test_the_guide_lists_what_moved():
    text = (ROOT / "docs/plugins.md").read_text("utf-8").partition("## From 0.1 to 0.2")[2]
    text = text.partition("What changed for players and latents")[0]
    found = {}
    for old, new in re.findall(r"^\| (`.*`) \| `(.*)` \|$", text, re.MULTILINE):
        for module in re.findall(r"`(.+?)`", old):
            found[module] = new.replace("…", module.rpartition(".")[2])
    assert found == MOVED
