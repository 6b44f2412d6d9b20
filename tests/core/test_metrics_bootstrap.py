"""The bootstrap against enumeration, closed forms and its own limits."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latentgym_core.metrics.bootstrap import bootstrap, quotients, relative_change, unit_totals


def mean_estimate(values, **options):
    totals = np.array([[value, 1.0] for value in values]).reshape(-1, 2)
    return bootstrap(totals, quotients, **options)[0]


def enumerated(totals, statistic):
    """The exact distribution of a statistic over all equally likely resamples."""
    units = range(len(totals))
    return [
        statistic(sum(totals[unit] for unit in drawn))[0]
        for drawn in itertools.product(units, repeat=len(totals))
    ]


@pytest.mark.parametrize("statistic", [quotients, relative_change])
def test_interval_is_that_of_all_resamples(statistic):
    totals = np.array([[1.0, 2.0], [3.0, 2.5], [0.5, 4.0], [2.0, 9.0], [6.0, 1.0]])
    one = bootstrap(totals, statistic)[0]
    exact = enumerated(totals, statistic)
    assert one.value == pytest.approx(statistic(totals.sum(axis=0))[0])
    for limit, tail in ((one.low, 0.025), (one.high, 0.975)):
        below = np.mean(np.array(exact) < limit - 1e-9)
        upto = np.mean(np.array(exact) <= limit + 1e-9)
        assert below - 0.006 <= tail <= upto + 0.006


def test_limits_of_a_binomial_are_exact():
    """One success in five: Binomial(5, 1/5) has its 97.5 % quantile at 3, its 2.5 % at 0."""
    one = mean_estimate([1, 0, 0, 0, 0])
    assert (one.value, one.low, one.high) == (pytest.approx(0.2), 0.0, pytest.approx(0.6))


def test_mean_of_many_is_near_the_normal_interval():
    values = np.random.default_rng(3).gamma(2.0, size=400)
    one = mean_estimate(values)
    assert one.value == pytest.approx(values.mean())
    assert one.half_width == pytest.approx(1.96 * values.std() / 20, rel=0.04)


def test_ratio_of_means_is_near_the_delta_method():
    rng = np.random.default_rng(4)
    bottom = rng.uniform(1, 2, size=500)
    top = bottom * 3 + rng.normal(size=500)
    one = bootstrap(np.stack([top, bottom], axis=1), quotients)[0]
    ratio = top.mean() / bottom.mean()
    spread = (top - ratio * bottom).std() / bottom.mean() / math.sqrt(500)
    assert one.value == pytest.approx(ratio)
    assert one.half_width == pytest.approx(1.96 * spread, rel=0.05)


def test_intervals_cover_as_often_as_they_say():
    samples = np.random.default_rng(5).normal(size=(300, 60))
    limits = [mean_estimate(sample, num_resamples=400) for sample in samples]
    assert 0.90 <= np.mean([each.low <= 0 <= each.high for each in limits]) <= 0.98


def test_confidence_widens_the_interval():
    values = np.random.default_rng(6).normal(size=50)
    widths = [mean_estimate(values, confidence=level).half_width for level in (0.5, 0.95, 0.99)]
    assert widths == sorted(widths)
    assert widths[0] < widths[2] / 2


def test_resamples_are_drawn_in_parts_of_any_size(monkeypatch):
    values = np.random.default_rng(7).normal(size=30)
    whole = mean_estimate(values)
    monkeypatch.setattr("latentgym_core.metrics.bootstrap.DRAWS_AT_ONCE", 31 * 30)
    parts = mean_estimate(values)
    assert (parts.low, parts.high) == (pytest.approx(whole.low), pytest.approx(whole.high))


@given(st.permutations(range(8)))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_is_nothing(order):
    rows = [(index // 2, (0.1 * index, 1.0)) for index in range(8)]
    shuffled = unit_totals([rows[index] for index in order], 2)
    assert shuffled.tolist() == unit_totals(rows, 2).tolist()
    assert shuffled.shape == (4, 2)


def test_without_units_there_is_no_number():
    one = bootstrap(unit_totals([], 2), quotients)[0]
    assert (one.value, one.low, one.high, one.half_width) == (None, None, None, None)


def test_one_unit_has_a_value_and_no_interval():
    one = mean_estimate([0.7])
    assert (one.value, one.low, one.high) == (0.7, None, None)


@pytest.mark.parametrize("num_units", [2, 5, 200])
def test_a_value_that_one_unit_carries_has_no_interval(num_units):
    totals = np.zeros((num_units, 2))
    totals[0] = (3.0, 1.0)
    one = bootstrap(totals, quotients)[0]
    assert (one.value, one.low, one.high) == (3.0, None, None)


def test_a_limit_that_is_infinite_is_no_limit():
    """r_1 is 0 in most sequences: the ratio of means has no upper limit."""
    totals = np.array([[1.0, 1.0]] + [[1.0, 0.0]] * 9)
    one = bootstrap(totals, quotients)[0]
    assert one.value == pytest.approx(10)
    assert (one.low, one.high) == (None, None)


def test_a_vanishing_denominator_has_no_value():
    assert bootstrap(np.array([[1.0, 0.0]] * 5), quotients)[0].value is None
    assert bootstrap(np.array([[0.0, 0.0]] * 5), quotients)[0].value is None
