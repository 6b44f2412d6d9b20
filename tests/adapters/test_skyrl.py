"""The SkyRL adapter, driven the way SkyRL's generator drives an environment."""

from concurrent.futures import ThreadPoolExecutor

import pytest

skyrl_gym = pytest.importorskip(
    "skyrl_gym", reason="needs skyrl-gym, which has a session of its own: `nox -s skyrl`"
)

from handbook.pages import blocks  # noqa: E402

from latentgym_core.errors import SpecError  # noqa: E402
from latentgym_core.sequence.sequence_env import make  # noqa: E402
from latentgym_train.adapters.skyrl import register_all  # noqa: E402
from latentgym_train.adapters.skyrl_rows import skyrl_rows, write_skyrl_rows  # noqa: E402

ENV_ID = "number_guessing/set_of_2/no_info/information/ep3?env.max_turns=4&latent.high=8"


def opened(row, **more):
    """What the generator does with a row: everything but prompt and class goes into extras."""
    register_all()
    extras = {k: v for k, v in row.items() if k not in ("prompt", "env_class")} | more
    env = skyrl_gym.make(row["env_class"], env_config={}, extras=extras)
    messages, _ = env.init(row["prompt"])
    return env, messages


def play(env, replies):
    """Steps until the env is done; replies are used over and over."""
    steps = []
    while not steps or not steps[-1]["done"]:
        steps.append(env.step(replies[len(steps) % len(replies)]))
    env.close()
    return steps


def test_ids_are_registered_once():
    first, second = register_all(), register_all()
    assert first == second
    assert "latentgym_number_guessing" in skyrl_gym.envs.registration.registry
    assert "latentgym_wordle" in first


def test_a_sequence_is_the_same_as_without_skyrl():
    (row,) = skyrl_rows(ENV_ID, 1, split="test", seed=5)
    env, messages = opened(row)
    own = make(ENV_ID)
    assert messages == [dict(m) for m in own.reset(5, "test")] == row["prompt"]
    replies = [f"[{guess}]" for guess in range(1, 9)]
    for number, step in enumerate(play(env, replies)):
        answer = own.step(replies[number % len(replies)])
        assert step["done"] == answer.done
        assert step["reward"] == (answer.task_reward or 0.0)
        assert step["observations"] == ([] if answer.done else [dict(answer.message)])
    assert own.done


def test_rewards_lie_on_the_turns_that_end_tasks():
    (row,) = skyrl_rows(ENV_ID, 1, seed=1)
    env, _ = opened(row)
    steps = play(env, [f"[{guess}]" for guess in (2, 4, 6, 8, 1, 3, 5, 7)])
    paid = [step["reward"] for step in steps if step["reward"]]
    total = steps[-1]["metadata"]["cumulative_reward"]
    assert sum(paid) == pytest.approx(total)
    assert env.get_metrics()["cumulative_reward"] == pytest.approx(total)
    assert steps[-1]["metadata"]["task"] == 3
    assert all("postprocessed_action" not in step for step in steps)


def test_the_whole_sequence_may_pay_at_its_end():
    (row,) = skyrl_rows(ENV_ID, 1, seed=1, reward_type="cumulative")
    env, _ = opened(row)
    steps = play(env, ["[4]", "[2]", "[6]"])
    assert all(step["reward"] == 0 for step in steps[:-1])
    assert steps[-1]["reward"] == pytest.approx(steps[-1]["metadata"]["cumulative_reward"])


def test_the_trainers_limit_truncates():
    (row,) = skyrl_rows(ENV_ID, 1, seed=1)
    env, _ = opened(row, max_turns=2)
    steps = play(env, ["no number"])
    assert len(steps) == 2
    assert steps[-1]["metadata"]["truncated"] == "turns"
    assert env.get_metrics()["truncated"] == 1.0


def test_threads_do_not_disturb_each_other():
    rows = skyrl_rows(ENV_ID, 16, seed=0)

    def total(row):
        env, _ = opened(row)
        return play(env, ["[3]", "[5]", "[1]", "[7]"])[-1]["metadata"]["task_rewards"]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(total, rows))
    assert together == [total(row) for row in rows]


def test_rows_survive_parquet(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow: `pip install pyarrow`")
    rows = skyrl_rows(ENV_ID, 3)
    write_skyrl_rows(rows, tmp_path / "train.parquet")
    read = parquet.read_table(tmp_path / "train.parquet").to_pylist()
    assert read == rows
    _, messages = opened(read[2])
    assert messages == rows[2]["prompt"]


def test_a_row_without_an_environment_is_refused_in_words():
    register_all()
    with pytest.raises(SpecError, match=r"lacks env_id and seed"):
        skyrl_gym.make("latentgym_wordle", env_config={}, extras={"extra_info": {}})


def test_the_block_of_the_page_registers_every_game():
    (text,) = [each.text for each in blocks("docs/training.md") if "register_all()" in each.text]
    exec(text, {})
    assert {"latentgym_number_guessing", "latentgym_bandits"} <= set(
        skyrl_gym.envs.registration.registry
    )
