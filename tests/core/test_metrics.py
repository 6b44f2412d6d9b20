"""Summaries and paired comparisons against numbers computed by hand."""

import csv
import io
import json

import numpy as np
import pytest
from attrs import evolve

from latentgym_core.errors import SpecError
from latentgym_core.metrics import (
    Report,
    build_report,
    compare,
    render_csv,
    render_markdown,
    render_text,
    summarise,
    summary_data,
)
from latentgym_core.metrics.rendering.overview import render_overview
from latentgym_core.records.serial import from_data
from latentgym_core.records.trajectory import (
    ErrorRecord,
    TaskOutcome,
    Trajectory,
    TurnRecord,
    Usage,
)

ENV = "doors/same/no_info/standard/ep3"
FAILURE = ErrorRecord(kind="ProviderError", message="gone")


def trajectory(rewards, *, seed=0, agent="scripted/a", env_id=ENV, turns=2, **changes):
    """A played sequence; None in `rewards` is a task that was cut off."""
    outcomes = tuple(
        TaskOutcome(
            core_env="doors",
            reward=reward or 0.0,
            solved=bool(reward),
            turns=turns,
            truncated=reward is None,
        )
        for reward in rewards
    )
    return Trajectory(
        env_id=env_id,
        split="test",
        seed=seed,
        agent=agent,
        core_envs=("doors",) * 3,
        tasks=({},) * 3,
        outcomes=outcomes,
        **changes,
    )


def replies(*valid, usage=None):
    return tuple(
        TurnRecord(task_index=0, turn_index=i, reply="x", facts={"valid": each}, usage=usage)
        for i, each in enumerate(valid)
    )


def only(summaries):
    (one,) = summaries
    return one


def values(estimates):
    return {name: each.value for name, each in estimates.items()}


def test_measures_by_hand():
    summary = only(
        summarise(
            [
                trajectory([0.2, 0.5, 0.8], seed=0, turns=1),
                trajectory([0.6, 0.0, 0.8], seed=1, turns=4),
            ]
        )
    )
    assert values(summary.measures) == pytest.approx(
        {
            "cumulative_reward": 1.45,
            "mean_reward": 2.9 / 6,
            "final_reward": 0.8,
            "gain": 0.4,
            "gain_ratio": 1.0,  # (.8 - .4) / .4, where the mean of the ratios is 5/3
            "solve_rate": 5 / 6,
            "turns_per_task": 2.5,
            "invalid_share": None,
            "input_tokens": None,
            "output_tokens": None,
        }
    )
    assert [each.value for each in summary.by_task["reward"]] == pytest.approx([0.4, 0.25, 0.8])
    assert [each.value for each in summary.by_task["solved"]] == [1.0, 0.5, 1.0]
    assert [each.value for each in summary.by_task["turns"]] == [2.5] * 3
    assert (summary.group, summary.agent, summary.num_tasks) == (ENV, "scripted/a", 3)
    cumulative = summary.measures["cumulative_reward"]
    assert (cumulative.low, cumulative.high) == (pytest.approx(1.4), pytest.approx(1.5))


def test_a_truncated_sequence_counts_0_for_what_it_did_not_finish():
    cut = trajectory([1.0, None], truncated="turns", turns=5)
    summary = only(summarise([cut, trajectory([1.0, 1.0, 1.0], seed=1, turns=1)]))
    assert (summary.num_truncated, summary.num_failed, summary.num_sequences) == (1, 0, 2)
    assert [each.value for each in summary.by_task["reward"]] == [1.0, 0.5, 0.5]
    assert summary.measures["gain"].value == -0.5
    assert summary.measures["solve_rate"].value == pytest.approx(4 / 6)
    # Turns are those of tasks that ended by themselves: 5, 1, 1, 1.
    assert summary.measures["turns_per_task"].value == 2.0
    assert [each.value for each in summary.by_task["turns"]] == [3.0, 1.0, 1.0]


def test_a_failed_sequence_is_counted_and_left_out():
    failed = trajectory([0.0, None], seed=1, error=FAILURE)
    summary = only(summarise([trajectory([0.5] * 3), failed]))
    assert (summary.num_trajectories, summary.num_failed, summary.num_sequences) == (2, 1, 1)
    assert summary.measures["cumulative_reward"].value == 1.5


def test_replies_and_tokens():
    usage = Usage(input_tokens=100, output_tokens=10)
    played = [
        trajectory([1.0] * 3, turns=1, seed=0),
        trajectory([1.0] * 3, seed=1),
        trajectory([], seed=2, error=FAILURE),
    ]
    played[0] = evolve(played[0], turns=replies(True, False, False, usage=usage))
    played[1] = evolve(played[1], turns=replies(True, usage=Usage(input_tokens=50)))
    played[2] = evolve(played[2], turns=replies(False, usage=usage))
    summary = only(summarise(played))
    assert summary.measures["invalid_share"].value == 0.5
    assert summary.measures["input_tokens"].value == 175
    assert summary.measures["output_tokens"].value == 30
    assert summary.tokens == {"input": 450, "cached": None, "output": 40, "reasoning": None}


def test_one_sequence_has_no_interval_and_one_task_no_gain():
    single = evolve(trajectory([0.5]), core_envs=("doors",), tasks=({},))
    summary = only(summarise([single]))
    assert summary.measures["gain"].value is None
    assert summary.measures["gain_ratio"].value is None
    reward = summary.measures["cumulative_reward"]
    assert (reward.value, reward.low, reward.high) == (0.5, None, None)


def test_only_failures_is_no_crash():
    report = build_report([trajectory([], error=FAILURE), trajectory([], agent="b", error=FAILURE)])
    assert all(each.measures["cumulative_reward"].value is None for each in report.summaries)
    assert report.comparisons[0].num_pairs == 0
    assert "n/a" in render_text(report)


def test_prompts_of_one_sequence_are_resampled_together():
    """Two prompts on the same seeds are not twice as many sequences."""
    prompts = ["no_info", "full_info"]
    played = [
        trajectory([seed % 2] * 3, seed=seed, env_id=ENV.replace("no_info", prompt))
        for seed in range(20)
        for prompt in prompts
    ]
    pooled, single = only(summarise(played, "agent")), summarise(played)[0]
    assert (pooled.num_sequences, pooled.num_trajectories) == (20, 40)
    assert pooled.measures["mean_reward"] == single.measures["mean_reward"]


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("env", [ENV, ENV.replace("standard", "information")]),
        ("core_env", ["doors"]),
        ("latent", ["doors/same"]),
        ("prompt", ["no_info"]),
        ("feedback", ["standard", "information"]),
        ("agent", [""]),
    ],
)
def test_groups(by, groups):
    played = [
        trajectory([1.0] * 3, env_id=env_id)
        for env_id in (ENV, ENV.replace("standard", "information"))
    ]
    assert [each.group for each in summarise(played, by)] == groups


def test_unknown_axis_and_baseline_are_named():
    with pytest.raises(SpecError, match="axes are env"):
        summarise([], by="colour")
    with pytest.raises(SpecError, match="there is scripted/a"):
        build_report([trajectory([1.0] * 3)], baseline="scripted/z")


def test_shorter_horizons_pool_where_they_have_tasks():
    short = evolve(trajectory([0.0], seed=1), core_envs=("doors",), tasks=({},))
    summary = only(summarise([trajectory([1.0] * 3), short], "agent"))
    assert [each.value for each in summary.by_task["reward"]] == [0.5, 1.0, 1.0]
    assert summary.by_task["reward"][2].low is None


def noisy_pairs(num_pairs=40, lift=0.1):
    """Agent b earns `lift` more than a on every sequence; sequences differ widely."""
    levels = np.random.default_rng(1).uniform(0.1, 0.8, size=num_pairs).tolist()
    a = [trajectory([level] * 3, seed=seed) for seed, level in enumerate(levels)]
    b = [trajectory([level + lift] * 3, seed=seed, agent="b") for seed, level in enumerate(levels)]
    return a, b


def test_pairing_removes_what_the_sequences_are_worth():
    a, b = noisy_pairs()
    found = compare(a, b)
    difference = found.differences["mean_reward"]
    assert (found.baseline, found.agent, found.num_pairs) == ("scripted/a", "b", 40)
    assert difference.value == pytest.approx(0.1)
    assert difference.half_width == pytest.approx(0.0, abs=1e-9)
    assert only(summarise(a)).measures["mean_reward"].half_width > 0.03
    total = sum(sum(each.rewards) for each in a)
    assert found.relative_reward.value == pytest.approx(40 * 0.3 / total)
    assert found.relative_reward.half_width > 0.005


def test_pairs_that_are_not_whole_are_left_out():
    a, b = noisy_pairs(4)
    b[0] = evolve(b[0], error=FAILURE)
    extra = trajectory([0.9] * 3, seed=99, agent="b")
    found = compare(a, [*b[:3], extra])
    assert (found.num_pairs, found.num_unpaired, found.num_sequences) == (2, 3, 2)
    assert found.differences["mean_reward"].value == pytest.approx(0.1)


def test_without_shared_seeds_there_is_no_difference():
    found = compare([trajectory([1.0] * 3, seed=0)], [trajectory([0.0] * 3, seed=1, agent="b")])
    assert (found.num_pairs, found.num_unpaired) == (0, 2)
    assert found.differences["gain"].value is None


def test_repeated_plays_of_a_sequence_are_averaged():
    a = [trajectory([0.5] * 3), trajectory([0.1] * 3)]
    found = compare(a, [trajectory([0.5] * 3, agent="b")])
    assert found.num_pairs == 1
    assert found.differences["mean_reward"].value == pytest.approx(0.2)


def test_the_first_agent_is_the_baseline_unless_named():
    a, b = noisy_pairs(3)
    assert [each.baseline for each in build_report([*a, *b]).comparisons] == ["scripted/a"]
    assert [each.agent for each in build_report([*a, *b], baseline="b").comparisons] == [
        "scripted/a"
    ]


def test_summary_data_is_a_pure_function_of_the_trajectories():
    a, b = noisy_pairs(12)
    data = summary_data([*a, *b])
    assert json.dumps(data) == json.dumps(summary_data(iter([*a, *b])))
    assert data["summaries"] == summary_data([*a[::-1], *b[::-1]])["summaries"]
    assert from_data(Report, json.loads(json.dumps(data))) == build_report([*a, *b])


def test_text_shows_curves_measures_and_pairs():
    a, b = noisy_pairs()
    lines = render_text(build_report([*a, *b])).splitlines()
    assert lines[0] == ENV
    task = next(line for line in lines if line.startswith("task"))
    assert task.split() == ["task", "1", "2", "3"]
    assert sum(line.count("±") for line in lines) == 7  # the title and three tasks of two agents
    pairs = next(line for line in lines if line.startswith("shared"))
    assert pairs.split()[-1] == "40"
    assert any("+0.100 [+0.100, +0.100]" in line for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_long_curves_go_on_below():
    long = evolve(trajectory([1.0] * 30), core_envs=("doors",) * 30, tasks=({},) * 30)
    text = render_text(build_report([long]))
    assert max(map(len, text.splitlines())) <= 110
    assert sum(line.startswith("task ") for line in text.splitlines()) > 1


def test_markdown_and_csv_hold_the_same_numbers():
    a, b = noisy_pairs()
    report = build_report([*a, *b])
    assert "| cumulative reward | " in render_markdown(report)
    rows = list(csv.DictReader(io.StringIO(render_csv(report))))
    gain = [row for row in rows if row["measure"] == "gain" and not row["baseline"]]
    assert [float(row["value"]) for row in gain] == [0.0, 0.0]
    curve = [row for row in rows if row["measure"] == "reward" and row["baseline"]]
    assert [row["task"] for row in curve] == ["1", "2", "3"]
    assert float(curve[0]["value"]) == report.comparisons[0].by_task["reward"][0].value


def test_many_environments_are_one_line_each():
    ids = [f"doors/{name}/no_info/standard/ep3" for name in ("same", "other", "third")]
    played = [
        trajectory([0.5, 0.75, 1.0], env_id=each, seed=seed, agent=agent)
        for each in ids
        for seed in range(3)
        for agent in ("a", "b")
    ]
    alone = render_overview(build_report(each for each in played if each.agent == "a"), 80)
    agent, title, header, *lines, note = alone.splitlines()
    assert note == "All of them: no_info, standard, ep3."
    assert (agent, title[:31]) == ("a", "Reward per task, gain r_N - r_1")
    assert header.split() == ["environment", "reward", "gain", "solved", "turns"]
    assert [line.split()[0] for line in lines] == ["doors/same", "doors/other", "doors/third"]
    assert all("0.750 ±0.000" in line and "+0.500 ±0.000" in line for line in lines)
    both = render_overview(build_report(played), 80)
    assert [both.count(name) for name in ("doors/same", "doors/third")] == [2, 2]
    assert both.count("0.750 ±0.000") == both.count("+0.500 ±0.000") == 6
    assert all(len(line) <= 80 for line in both.splitlines())


def test_an_overview_has_no_interval_of_one_sequence_and_no_number_of_none():
    short = {"core_envs": ("doors",), "tasks": ({},)}
    one = trajectory([0.5], env_id="doors/same/no_info/standard/ep1", agent="a")
    other = trajectory([0.25], env_id="doors/other/no_info/standard/ep1", agent="b")
    one, other = evolve(one, **short), evolve(other, **short)
    reward, gain = render_overview(build_report([one, other])).split("\n\n")
    assert [line.split() for line in reward.splitlines()[2:-1]] == [
        ["doors/same", "0.500"],
        ["doors/other", "0.250"],
    ]
    assert gain.count("n/a") == 2
