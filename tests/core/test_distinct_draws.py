"""Draws without replacement against sums over all orders."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latentgym_core.families import distinct_draws
from latentgym_core.families.distinct_draws import Draws

NUM_VALUES, NUM_CANDIDATES = 3, 5
MEMBERS = arrays(bool, (NUM_VALUES, NUM_CANDIDATES))
SETS = st.lists(arrays(bool, NUM_CANDIDATES), max_size=6)


def probability(members, sets, taken=()):
    """P(every draw lies in its set), for one value."""
    if not sets:
        return 1.0
    left = [each for each in members if each not in taken] or members
    following = (probability(members, sets[1:], (*taken, x)) for x in left if sets[0][x])
    return sum(following) / len(left)


@given(MEMBERS, SETS)
def test_draws_are_exact(members, sets):
    members[:, 0] = True  # a value leaves at least one candidate
    draws = Draws.begin(members)
    for number, fits in enumerate(sets, start=1):
        draws = draws.after(fits)
        expected = [probability(np.flatnonzero(row).tolist(), sets[:number]) for row in members]
        assert np.exp(draws.log_likelihood) == pytest.approx(expected, abs=1e-12)


@given(MEMBERS, st.lists(st.none() | arrays(bool, NUM_CANDIDATES), max_size=6))
def test_draws_that_nobody_saw_count(members, sets):
    """As draws of which any candidate is possible; the next one, too, goes by their number."""
    members[:, 0] = True
    draws, everything = Draws.begin(members), np.ones(NUM_CANDIDATES, bool)
    for fits in sets:
        draws = draws.unseen() if fits is None else draws.after(fits)
    whole = [everything if fits is None else fits for fits in sets]
    rows = [np.flatnonzero(row).tolist() for row in members]
    expected = [probability(row, whole) for row in rows]
    assert np.exp(draws.log_likelihood) == pytest.approx(expected, abs=1e-12)
    for row, chance, law in zip(rows, expected, draws.next_law, strict=True):
        if chance:
            last = [probability(row, [*whole, np.arange(NUM_CANDIDATES) == k]) for k in range(5)]
            assert law == pytest.approx(np.array(last) / chance, abs=1e-9)


def test_too_many_open_draws_are_nearly_exact(monkeypatch):
    members = np.ones((1, 40), bool)
    sets = np.random.default_rng(0).random((6, 40)) < 0.5

    def chance(most):
        monkeypatch.setattr(distinct_draws, "MAX_OPEN", most)
        draws = Draws.begin(members)
        for fits in sets:
            draws = draws.after(fits)
        return float(draws.log_likelihood[0])

    assert chance(4) == pytest.approx(chance(6), abs=0.1)
    assert chance(4) != chance(6)
