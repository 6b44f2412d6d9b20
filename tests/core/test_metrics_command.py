"""`latentgym metrics` on files."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from latentgym_core.cli.commands import metrics as metrics_command
from latentgym_core.cli.options import FORMATS
from latentgym_core.errors import TrajectoryError
from latentgym_core.metrics import RENDERERS, build_report, render_text
from latentgym_core.metrics.measures import AXES
from latentgym_core.records.jsonl import TRAJECTORIES, write_trajectories
from latentgym_core.records.trajectory import TaskOutcome, Trajectory

ENV = "doors/same/no_info/standard/ep2"


def trajectory(agent, seed, rewards):
    return Trajectory(
        env_id=ENV,
        split="test",
        seed=seed,
        agent=agent,
        core_envs=("doors",) * 2,
        tasks=({},) * 2,
        outcomes=tuple(
            TaskOutcome(core_env="doors", reward=each, solved=True, turns=1) for each in rewards
        ),
    )


PLAYED = [
    trajectory(agent, seed, (seed / 4, x)) for agent, x in (("a", 1), ("b", 0)) for seed in range(4)
]


@pytest.fixture
def run(tmp_path):
    write_trajectories(tmp_path / TRAJECTORIES, PLAYED)
    return tmp_path


def invoke(*arguments):
    return CliRunner().invoke(metrics_command.command, [str(each) for each in arguments])


def test_text_is_the_report_of_the_run(run):
    result = invoke(run)
    assert result.exit_code == 0, result.output
    assert result.stdout == render_text(build_report(PLAYED))


def test_json_names_pairs_and_baseline(run):
    data = json.loads(invoke(run, "--json", "--baseline", "b").stdout)
    (comparison,) = data["comparisons"]
    assert (comparison["baseline"], comparison["agent"], comparison["num_pairs"]) == ("b", "a", 4)
    assert comparison["differences"]["final_reward"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert data["summaries"][0]["measures"]["cumulative_reward"]["value"] == 1.375


def test_runs_are_pooled_and_a_path_given_twice_counts_once(run, tmp_path):
    other = tmp_path / "more.jsonl"
    write_trajectories(other, [trajectory("a", 9, (0, 1))])
    data = json.loads(invoke(run, other, run / TRAJECTORIES, run, "--by", "agent", "--json").stdout)
    counts = {each["agent"]: each["num_trajectories"] for each in data["summaries"]}
    assert counts == {"a": 5, "b": 4}


def test_other_layouts(run):
    assert invoke(run, "--format", "csv").stdout.startswith("group,agent,baseline")
    assert "| --- |" in invoke(run, "--format", "md").stdout


def test_choices_are_those_of_the_measures():
    assert tuple(AXES) == metrics_command.BY
    assert tuple(RENDERERS) == FORMATS


def test_an_empty_run_and_a_missing_one_are_told(tmp_path):
    (tmp_path / TRAJECTORIES).touch()
    assert isinstance(invoke(tmp_path).exception, TrajectoryError)
    assert invoke(tmp_path / "nowhere").exit_code == 2


def test_the_command_loads_numpy_only_when_run():
    code = (
        "import sys, latentgym_core.cli.commands.metrics\n"
        "print('numpy' in sys.modules, 'rich' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]
