"""`latentgym replay`: what it prints, writes and exits with."""

import json
from typing import Any, ClassVar

import pytest
from attrs import frozen
from click.testing import CliRunner

from latentgym_core import plugin as core_plugin
from latentgym_core.cli.commands.replay import command
from latentgym_core.contract.core_env import CoreEnv, StepResult
from latentgym_core.errors import SpecError
from latentgym_core.records.jsonl import read_trajectories
from latentgym_core.registry.hookspecs import hookimpl
from latentgym_core.registry.registry import Registry
from latentgym_core.registry.specs import CoreEnvSpec


@frozen(kw_only=True)
class Word:
    text: str


@frozen(kw_only=True)
class Echo(CoreEnv[Word, Word]):
    """Say the word; one reply."""

    task_type: ClassVar[type] = Word

    def rules(self, task):
        return "Say it."

    def visible(self, task):
        return {}

    def start(self, task, rng_key):
        return task, "Which word?"

    def step(self, state, reply):
        solved = reply == state.text
        return state, StepResult("Heard.", True, float(solved), solved, {})

    def outcome_facts(self, state):
        return {}

    def reveal(self, task):
        return task.text

    def published_task(self, config, variant):
        return Word(text=config["word"])


class Plugin:
    @hookimpl
    def latentgym_register_core_envs(self) -> Any:
        yield CoreEnvSpec(name="echo", factory=Echo)


REGISTRY = Registry.from_plugins([core_plugin, Plugin()])


def recording(reply, reward, env="echo", seed=1):
    return {
        "variant": "plain",
        "model": "m",
        "benchmark_id": f"{env}/some_latent/no_info/standard/ep1",
        "seed": seed,
        "episode_outcomes": [{"reward": reward, "turns": 1}],
        "episode_configs": [{"word": "yes"}],
        "conversation": [
            {"role": "system", "content": "Begin."},
            {"role": "assistant", "content": reply},
            {"role": "user", "content": "Noted."},
        ],
    }


GOOD = [recording("yes", 1.0, seed=seed) for seed in range(3)]
WRONG = recording("no", 1.0)
FOREIGN = recording("yes", 1.0, env="chess")


@pytest.fixture
def replay(tmp_path):
    def run(recordings, *options):
        file = tmp_path / "recorded.jsonl"
        file.write_text("".join(json.dumps(each) + "\n" for each in recordings))
        return CliRunner().invoke(command, [str(file), *options], obj=REGISTRY)

    return run


def test_agreement_is_a_row_for_each_core_env_and_variant(replay):
    result = replay([*GOOD, FOREIGN])
    assert result.exit_code == 0
    header, *rows = (line.split("\t") for line in result.stdout.splitlines())
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        {
            "core_env": core_env,
            "variant": "plain",
            "recordings": recordings,
            "replayed": played,
            "agreeing": played,
            "tasks": played,
            "rewards": played,
            "turn_counts": played,
            "truncated": "0",
        }
        for core_env, recordings, played in (("chess", "1", "0"), ("echo", "3", "3"))
    ]
    assert "3 of 3 replayed recordings." in result.stderr
    assert "skipped 1: There is no core env" in result.stderr


def test_a_mismatch_is_located_and_fails(replay, tmp_path):
    result = replay([*GOOD, WRONG])
    assert result.exit_code == 1
    assert f"{tmp_path / 'recorded.jsonl'}:4 task 1: reward was 1, is 0" in result.stderr


def test_what_counts_as_failure(replay):
    assert replay([FOREIGN]).exit_code == 0
    assert replay([FOREIGN], "--strict").exit_code == 1
    assert replay([{"nothing": "known"}]).exit_code == 1
    assert replay([]).exit_code == 1
    assert replay([*GOOD, WRONG], "--limit", "3").exit_code == 0


def test_json_has_stable_keys_and_stdout_to_itself(replay):
    data = json.loads(replay([*GOOD, WRONG, FOREIGN], "--json").stdout)
    assert list(data) == [
        *("agrees", "groups", "num_mismatches", "mismatches", "skipped", "failed"),
    ]
    assert data["agrees"] is False
    assert data["mismatches"][0]["mismatch"] == {
        "task_index": 0,
        "field": "reward",
        "recorded": 1.0,
        "replayed": 0.0,
    }


def test_out_is_a_run_folder_that_replays_and_has_a_summary(replay, tmp_path):
    out = tmp_path / "deep" / "run"
    assert replay([*GOOD, WRONG, FOREIGN], "--out", str(out)).exit_code == 1
    assert sorted(path.name for path in out.iterdir()) == [
        *("config.toml", "summary.json", "trajectories.jsonl"),
    ]
    trajectories = list(read_trajectories(out))
    assert [trajectory.rewards for trajectory in trajectories] == [(1.0,)] * 3 + [(0.0,)]
    assert json.loads((out / "summary.json").read_text())
    again = CliRunner().invoke(command, [str(out)], obj=REGISTRY)
    assert again.exit_code == 0
    assert "4 of 4 replayed recordings." in again.stderr


def test_out_must_be_new(replay, tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "file").touch()
    result = replay(GOOD, "--out", str(tmp_path / "old"))
    assert isinstance(result.exception, SpecError)
    assert "not empty" in str(result.exception)
