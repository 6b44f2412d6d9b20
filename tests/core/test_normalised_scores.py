"""Normalised scores against numbers computed by hand and by simulation."""

import csv
import io
import math

import numpy as np
import pytest

from latentgym_core.metrics import RENDERERS, build_report, render_csv, render_text
from latentgym_core.metrics.rendering.scores import short_names
from latentgym_core.records.trajectory import ErrorRecord, TaskOutcome, Trajectory

ENV = "doors/same/no_info/standard/ep2"
OTHER = "doors/moving/no_info/standard/ep2"
BLIND, TOLD = "scripted/blind", "scripted/oracle"


def played(agent, rewards, env_id=ENV, *, first=0, error=None):
    """Sequences of two tasks that earn half of each reward in either task."""
    return [
        Trajectory(
            env_id=env_id,
            split="test",
            seed=seed,
            agent=agent,
            core_envs=("doors",) * 2,
            tasks=({},) * 2,
            outcomes=tuple(
                TaskOutcome(core_env="doors", reward=reward / 2, solved=True, turns=1)
                for _ in range(2)
            ),
            error=error,
        )
        for seed, reward in enumerate(rewards, start=first)
    ]


def scores(*sides):
    report = build_report([each for side in sides for each in side])
    return report.scores, report.overall


def test_a_score_is_a_ratio_of_sums_of_differences():
    (one,), (mean,) = scores(
        played(BLIND, [0.2, 0.6]), played("x", [0.5, 0.7]), played(TOLD, [1.0, 0.8])
    )
    assert (one.group, one.agent, one.num_sequences) == (ENV, "x", 2)
    assert one.score.value == pytest.approx((1.2 - 0.8) / (1.8 - 0.8))
    assert one.per_task.value == pytest.approx((0.8 + 0.2) / 4)
    assert (mean.group, mean.agent, mean.num_environments) == ("", "x", 1)
    assert mean.score == one.score


def test_the_references_themselves_would_be_nought_and_one():
    blind, told = [0.2, 0.6, 0.1], [1.0, 0.8, 0.9]
    (as_blind, as_told), _ = scores(
        played(BLIND, blind), played("a", blind), played("b", told), played(TOLD, told)
    )
    for one, value in ((as_blind, 0.0), (as_told, 1.0)):
        assert (one.score.value, one.score.low, one.score.high) == pytest.approx((value,) * 3)


def test_only_sequences_that_all_three_have_played_count():
    broken = ErrorRecord(kind="ProviderError", message="gone")
    (one,), _ = scores(
        played(BLIND, [0.0, 0.0, 0.0]),
        played("x", [0.5])
        + played("x", [9.0], first=1, error=broken)
        + played("x", [0.1], first=7),
        played(TOLD, [1.0, 1.0, 1.0]),
    )
    assert (one.num_sequences, one.score.value) == (1, 0.5)
    assert one.score.low is None


def test_without_both_references_there_is_no_score():
    for sides in ((BLIND, "x"), (TOLD, "x"), (BLIND, TOLD)):
        assert scores(*(played(agent, [0.5]) for agent in sides)) == ((), ())


def test_where_z_is_worth_nothing_the_reason_stands_in_the_place_of_the_score():
    sides = [
        *played(BLIND, [0.90, 0.92]),
        *played("x", [0.1, 0.2]),
        *played(TOLD, [0.95, 0.97]),
        *played(BLIND, [0.2, 0.2], OTHER),
        *played("x", [0.6, 0.6], OTHER),
        *played(TOLD, [1.0, 1.0], OTHER),
    ]
    report = build_report(sides)
    none, one = report.scores
    assert none.score.value is None
    assert "earns +0.025 a task against blind; below 0.05" in none.reason
    assert one.score.value == pytest.approx(0.5)
    (mean,) = report.overall
    assert (mean.score.value, mean.num_environments) == (pytest.approx(0.5), 1)
    text = render_text(report)
    assert "mean of 1" in text
    assert "doors/same: n/a, told z" in text
    assert r"\begin{table}" in RENDERERS["latex"](report)


def test_where_no_environment_has_a_score_the_mean_says_so():
    _, (mean,) = scores(*(played(agent, [0.5, 0.5]) for agent in (BLIND, "x", TOLD)))
    assert (mean.score.value, mean.num_environments) == (None, 0)
    assert mean.reason


def drawn(rng, deviation, size=400):
    """Blind and told rewards, and an agent in between whose scatter is known."""
    blind = np.full(size, 0.2)
    return blind, blind + 0.5 + rng.normal(0, deviation, size), blind + 1.0


def test_intervals_have_the_width_that_theory_gives():
    rng = np.random.default_rng(5)
    sides, widths = [], []
    for env, deviation in ((ENV, 0.3), (OTHER, 0.1)):
        values = drawn(rng, deviation)
        for agent, rewards in zip((BLIND, "x", TOLD), values, strict=True):
            sides.append(played(agent, rewards, env))
        widths.append(1.96 * values[1].std() / math.sqrt(len(values[1])))
    found, (mean,) = scores(*sides)
    for one, width in zip(found, widths, strict=True):
        assert one.score.half_width == pytest.approx(width, rel=0.06)
    expected = math.hypot(*widths) / 2  # environments are given, sequences of each are drawn
    assert mean.score.half_width == pytest.approx(expected, rel=0.06)
    assert mean.score.value == pytest.approx(np.mean([one.score.value for one in found]))


def test_the_order_of_environments_is_nothing():
    rng = np.random.default_rng(6)
    sides = {env: [] for env in (ENV, OTHER)}
    for env in sides:
        for agent, rewards in zip((BLIND, "x", TOLD), drawn(rng, 0.4, 12), strict=True):
            sides[env] += played(agent, rewards, env)
    forth, back = (build_report([*sides[a], *sides[b]]) for a, b in ((ENV, OTHER), (OTHER, ENV)))
    assert set(map(str, forth.scores)) == set(map(str, back.scores))
    assert forth.overall == back.overall


def test_scores_stand_in_the_csv_unrounded():
    report = build_report(
        [
            *played(BLIND, [0.2, 0.6]),
            *played("x", [0.5, 0.7]),
            *played(TOLD, [1.0, 0.8]),
        ]
    )
    rows = list(csv.DictReader(io.StringIO(render_csv(report))))
    (found,) = (r for r in rows if r["measure"] == "normalised_score" and r["group"])
    assert float(found["value"]) == report.scores[0].score.value
    assert [r["agent"] for r in rows if r["measure"] == "oracle_minus_blind_per_task"] == ["x", "x"]


def test_names_are_as_short_as_they_may_be():
    twice = [f"{ENV}?env.a=1", f"{ENV}?env.a=2", OTHER]
    assert short_names(twice) == ["doors/same, env.a=1", "doors/same, env.a=2", "doors/moving"]
