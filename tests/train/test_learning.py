"""Every estimator finds the best policy of a toy with a closed form; own-task returns do not."""

import json

import pytest

from latentgym_train.training import train

COMMON = {"returns": "cumulative", "iterations": 24, "sequences": 64, "minibatch": 32}
ESTIMATORS = {
    "ppo": {"algorithm": "ppo"},
    "grpo": {"algorithm": "grpo", "group": 16},
    "rloo": {"algorithm": "rloo", "group": 16, "epochs": 1, "iterations": 50},
    "reinforce++": {"algorithm": "reinforce++"},
    "to_go": {"algorithm": "grpo", "group": 16, "returns": "to_go"},
    "own_plus_later": {"algorithm": "grpo", "group": 16, "returns": "own_plus_later"},
}


def reward_after(rl, tmp_path, toy_data, toy_base, make_config, registry):
    """Cumulative reward on the test stream after reinforcement from the base."""
    data = {key: value for key, value in toy_data.items() if key not in ("sft", "rl")}
    config = make_config(
        {**data, "rl": {**COMMON, "learning_rate": 1e-3, "entropy": 0.02, **rl}},
        policy__source=str(toy_base / "policy"),
        batch__micro=64,
    )
    train(config, tmp_path / "run", registry=registry, quiet=True)
    report = json.loads((tmp_path / "run" / "evaluation.json").read_text("utf-8"))
    (summary,) = report["summaries"]
    return summary["measures"]["cumulative_reward"]["value"]


@pytest.fixture
def learn(tmp_path, toy_data, toy_base, make_config, registry):
    """Runs `reward_after` on changes of `rl`."""
    return lambda rl: reward_after(rl, tmp_path, toy_data, toy_base, make_config, registry)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_whole_sequence_returns_find_the_best_policy(name, learn, rooms):
    assert learn(ESTIMATORS[name]) > (rooms.BEST + rooms.MYOPIC) / 2


@pytest.mark.parametrize("name", ["ppo", "grpo", "rloo", "reinforce++"])
def test_own_task_returns_rest_in_the_first_task(name, learn, rooms):
    reward = learn({**ESTIMATORS[name], "returns": "single_task"})
    assert reward < (rooms.BEST + rooms.MYOPIC) / 2
    assert reward > rooms.RESTING
