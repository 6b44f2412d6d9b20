"""`latentgym eval`: flags, suites, what is printed where, exit codes."""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import latentgym_core.plugin
from latentgym_core.cli import cli
from latentgym_core.cli.shown.progress import MAX_FAILURES, Bars, Lines, Tally, _bars
from latentgym_core.records.jsonl import TRAJECTORIES, read_trajectories
from latentgym_core.records.trajectory import (
    ErrorRecord,
    TaskOutcome,
    Trajectory,
    TurnRecord,
    Usage,
)
from latentgym_core.registry.registry import Registry
from latentgym_core.runs.config import Job

SPEC = importlib.util.spec_from_file_location("lamps", Path(__file__).with_name("lamps.py"))
lamps = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lamps)
REGISTRY = Registry.from_plugins([latentgym_core.plugin, lamps])
ID = "lamps/any_lamp/no_info/standard/ep3"


def latentgym(*arguments, code=0):
    result = CliRunner().invoke(cli, [str(each) for each in arguments], obj=REGISTRY)
    assert result.exit_code == code, result.output
    return result


def test_a_run_prints_results_on_stdout_and_talks_on_stderr(tmp_path):
    out = tmp_path / "run"
    result = latentgym("eval", "lamps", "--agent", "steady", "-n", 4, "--seed", 9, "--out", out)
    assert "cumulative reward" in result.stdout
    assert "4/4 steady: mean reward" in result.stderr
    assert f"latentgym metrics {out}" in result.stderr
    assert [each.seed for each in read_trajectories(out)] == [9, 10, 11, 12]
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    printed = latentgym("metrics", out, "--json")
    assert json.loads(printed.stdout) == summary
    assert str(tmp_path) not in (out / "config.toml").read_text("utf-8")


def test_one_of_a_thing_is_named_in_the_singular(tmp_path):
    one = ("eval", "lamps/any_lamp/no_info/standard/ep1", "--agent", "steady", "-n", 1)
    assert latentgym(*one, "--dry-run").stderr.startswith("1 sequence, 1 task\n")
    told = latentgym(*one, "--out", tmp_path / "run").stderr
    assert f"1 sequence, 1 task; playing 1 sequence into {tmp_path / 'run'}\n" in told
    assert not re.search(r"\b1 [a-z]+s\b", told)


def test_the_package_is_a_command_too():
    command = [sys.executable, "-m", "latentgym_core"]
    finished = subprocess.run([*command, "list", "prompts"], capture_output=True, check=True)
    assert finished.stdout.startswith(b"name\t")
    unknown = subprocess.run([*command, "lst"], check=False, capture_output=True)
    assert unknown.returncode == 2
    assert b"latentgym --help" in unknown.stderr


def test_several_environments_end_in_one_line_each_and_one_in_its_tables(tmp_path):
    ids = [f"lamps/any_lamp/{prompt}" for prompt in ("no_info", "some_info", "full_info")]
    out = tmp_path / "run"
    result = latentgym("eval", *ids, "--agent", "steady", "-n", 3, "--out", out)
    _, _, header, *lines, note = result.stdout.splitlines()
    assert note == "All of them: standard, ep3."
    assert header.split() == ["environment", "reward", "gain", "solved", "turns"]
    assert [line.split(",")[1].split()[0] for line in lines] == [
        "no_info",
        "some_info",
        "full_info",
    ]
    assert f"Next: `latentgym metrics {out}`." in result.stderr
    details = latentgym("metrics", out).stdout
    assert details.count("cumulative reward") == 3


def test_two_runs_of_one_second_lie_in_two_folders(tmp_path, monkeypatch):
    class Standstill(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 2, 3, 4, 5, 6, tzinfo=tz)

    monkeypatch.setattr("latentgym_core.cli.running.datetime", Standstill)
    monkeypatch.setenv("LATENTGYM_RUNS", str(tmp_path))
    for _ in range(2):
        latentgym("eval", "lamps", "--agent", "steady", "-n", 1, "-q")
    (where,) = tmp_path.iterdir()
    folders = sorted(where.iterdir())
    assert [each.name for each in folders] == ["20310203T040506Z", "20310203T040506Z-2"]
    assert [len(list(read_trajectories(each))) for each in folders] == [1, 1]


def test_json_and_quiet(tmp_path):
    arguments = ("eval", "lamps", "--agent", "steady", "--out", tmp_path / "run", "--json", "-q")
    result = latentgym(*arguments)
    assert result.stderr == ""
    data = json.loads(result.stdout)
    assert (data["run"], data["num_failed"]) == (str(tmp_path / "run"), 0)
    assert [each["num_sequences"] for each in data["summaries"]] == [5]


def test_flags_override_the_suite(tmp_path):
    suite = tmp_path / "suite.toml"
    suite.write_text(
        'agents = ["scripted/in_turn"]\nnum_sequences = 7\nmax_turns = 9\n'
        '[[environments]]\nid = "lamps"\nnum_sequences = 3\nseed = 50\n'
        '[[environments]]\nid = "lamps/any_lamp/some_info"\n'
    )

    def resolved(*flags):
        result = latentgym("eval", "--suite", suite, "--dry-run", *flags)
        return tomllib.loads(result.stdout), result.stderr

    data, told = resolved()
    assert data["agents"] == ["scripted/in_turn"]
    assert data["environments"][0] == {"id": ID, "num_sequences": 3, "seed": 50}
    assert data["environments"][1] == {"id": ID.replace("no_info", "some_info")}
    assert (data["num_sequences"], data["max_turns"], data["concurrency"]) == (7, 9, 32)
    assert "10 sequences, 30 tasks" in told
    data, told = resolved("-n", 2, "--seed", 4, "--agent", "steady", "--max-turns", 5)
    assert data["environments"][0] == {"id": ID}
    assert (data["num_sequences"], data["seed"], data["max_turns"]) == (2, 4, 5)
    assert data["agents"] == ["steady"]
    data, _ = resolved("lamps/any_lamp/full_info/standard/ep1")
    assert [each["id"] for each in data["environments"]] == [
        "lamps/any_lamp/full_info/standard/ep1"
    ]
    assert [each.name for each in tmp_path.iterdir()] == ["suite.toml"]


def test_the_config_of_a_run_is_a_suite(tmp_path):
    flags = ("lamps", "--agent", "steady", "--agent", "scripted/in_turn", "-n", 3, "--seed", 2)
    latentgym("eval", *flags, "--out", tmp_path / "one")
    latentgym("eval", "--suite", tmp_path / "one/config.toml", "--out", tmp_path / "two")
    for name in ("config.toml", TRAJECTORIES, "summary.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_failure_is_an_exit_code_and_is_played_again(tmp_path):
    moods, out = tmp_path / "moods.json", tmp_path / "run"
    moods.write_text('{"1": "provider"}')
    arguments = ("eval", "lamps", "--agent", f"moody/{moods}", "-n", 3)
    result = latentgym(*arguments, "--out", out, code=1)
    assert f"failed: {ID} moody/{moods} seed 1: ProviderError: The server is down." in result.stderr
    assert f"1 of 3 sequences failed; `latentgym eval --resume {out}`" in result.stderr
    failed = f"{ID} moody/{moods} seed 1 failed: ProviderError: The server is down."
    assert failed in (out / "run.log").read_text("utf-8")
    assert latentgym("eval", "--resume", out, "-q", code=1).stderr.count("failed") == 1

    moods.write_text("{}")
    result = latentgym("eval", "--resume", out, "--concurrency", 1)
    assert "playing 1 of 3" in (out / "run.log").read_text("utf-8")
    assert "concurrency = 32" in (out / "config.toml").read_text("utf-8")
    latentgym(*arguments, "--out", tmp_path / "whole")
    for name in ("config.toml", TRAJECTORIES, "summary.json"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "Name an environment, a --suite, or a run to --resume."),
        (("lamps",), 2, "Nobody plays"),
        (("lamp", "--agent", "steady"), 1, "did you mean lamps?"),
        (("lamps", "--agent", "stedy"), 1, "did you mean steady"),
        (("lamps", "--agent", "scripted"), 1, "named 'scripted'; did you mean scripted/"),
        (("lamps", "--agent", "in_turn"), 1, "did you mean scripted/in_turn?"),
        (("lamps", "--agent", "replay"), 1, "write replay/FILE."),
        (("lamps", "--agent", "local/smolm2"), 1, "Did you mean local/smollm2?"),
        (("lamps", "--agent", "steady", "--split", "tset"), 1, "did you mean test?"),
        (("lamps", "--agent", "steady", "--reward-type", "final"), 1, "there are cumulative, "),
        (("lamps", "steady"), 1, "'steady'; it is an agent, as in --agent steady."),
        (("lamps", "--agent", "scripted/in_turn?speed=1"), 1, "no parameter 'speed'"),
        (("lamps", "--agent", "steady", "--split", "tset"), 1, "no split 'tset'"),
        (("lamps", "--agent", "steady", "-n", "0"), 2, "num-sequences"),
        (("--resume", "nowhere"), 1, "nowhere has no config.toml"),
        (("--resume", "nowhere", "-n", "3"), 2, "with --resume goes --concurrency alone"),
        (("--suite", "nowhere.toml"), 1, "nowhere.toml cannot be read"),
    ],
)
def test_what_is_wrong_is_said_before_a_folder_is_made(
    tmp_path, monkeypatch, arguments, code, message
):
    monkeypatch.chdir(tmp_path)
    assert message in latentgym("eval", *arguments, code=code).stderr
    assert list(tmp_path.iterdir()) == []


def test_the_default_folder_lies_under_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LATENTGYM_RUNS", raising=False)
    latentgym("eval", "lamps", "--agent", "steady", "-n", 1, "-q")
    (run,) = (tmp_path / "runs/lamps-any_lamp-no_info-standard-ep3--steady").iterdir()
    assert len(list(read_trajectories(run))) == 1


def test_the_installed_command_plays_a_real_game_the_same_at_any_concurrency(tmp_path):
    for concurrency in (1, 32):
        arguments = ("number_guessing", "--agent", "scripted/midpoint", "--agent", "scripted/bayes")
        limit = ("-n", "4", "--concurrency", str(concurrency))
        out = ("--out", str(tmp_path / str(concurrency)), "-q")
        command = (sys.executable, "-c", "from latentgym_core.cli import main; main()", "eval")
        subprocess.run([*command, *arguments, *limit, *out], check=True, capture_output=True)
    for name in (TRAJECTORIES, "summary.json"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "32" / name).read_bytes()
    assert len(list(read_trajectories(tmp_path / "1"))) == 8


# ---- progress


def trajectory(seed, *, failed=False):
    usage = Usage(input_tokens=1000, output_tokens=7)
    return Trajectory(
        env_id=ID,
        split="test",
        seed=seed,
        agent="a",
        core_envs=("lamps",) * 3,
        tasks=({},) * 3,
        outcomes=(TaskOutcome(core_env="lamps", reward=0.75, solved=True, turns=2),),
        turns=(TurnRecord(task_index=0, turn_index=0, reply="1", usage=usage),) * 2,
        error=ErrorRecord(kind="ProviderError", message="gone") if failed else None,
    )


def test_a_long_run_writes_few_lines_and_few_failures(capsys):
    tallies = {"a": Tally()}
    display = Lines({"a": 1000}, tallies)
    for seed in range(1000):
        display.on_task(Job(ID, "a", seed))
        display.on_finish(trajectory(seed, failed=seed % 2 == 0))
    lines = capsys.readouterr().err.splitlines()
    assert sum(line.startswith("failed:") for line in lines) == MAX_FAILURES
    assert len(lines) == 50 + MAX_FAILURES
    assert lines[-1] == (
        "1000/1000 a: mean reward 0.750, 500 failed, 2,000 turns, 2,000,000 tokens in, 14,000 out"
    )


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_bars_fit_the_terminal_and_keep_what_matters_most(capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    agent = "openai/gpt-4o-mini?temperature=0&scaffold=last_k&scaffold.k=2"
    tally = Tally(finished=9, failed=2, reward=7, turns=80, input_tokens=10**7, output_tokens=10**5)
    shown = _bars({agent: 12, "short": 9})
    Bars({agent: 12, "short": 9}, {agent: tally, "short": Tally()}, shown)
    with shown:
        shown.refresh()
    lines = [line for line in capsys.readouterr().err.splitlines() if "12" in line]
    assert lines
    for line in lines:
        assert len(line) <= columns
        assert "9/12" in line
        assert "mean reward 1.000" in line
        assert line.startswith("openai/g")
        assert not line.rstrip().endswith("…")
    assert ("2 failed" in lines[0]) == (columns >= 80)
    assert ("tokens in" in lines[0]) == (columns == 200)


def test_bars_move_with_tasks_and_end_full(capsys):
    shown = _bars({"a": 4})
    display = Bars({"a": 4}, {"a": Tally(finished=2)}, shown)
    (row,) = shown.tasks
    assert row.completed == 2
    display.on_task(Job(ID, "a", 0))
    assert row.completed == pytest.approx(2 + 1 / 3)
    display.on_finish(trajectory(0))
    display.on_finish(trajectory(1))
    assert row.completed == pytest.approx(4)
    with shown:
        shown.refresh()
    assert "4/4" in capsys.readouterr().err
