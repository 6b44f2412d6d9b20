"""Exact predictives against sums over every z."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from latentgym_envs.number_guessing.latents.m_ranges import MRanges
from latentgym_envs.number_guessing.latents.ranges import FullRange, Range
from latentgym_envs.number_guessing.latents.set_law import set_predictive
from latentgym_envs.number_guessing.latents.set_of_k import SetOfK

LATENTS = {
    "one number": SetOfK(k=1, low=1, high=12),
    "two numbers": SetOfK(k=2, low=0, high=15),
    "three numbers": SetOfK(k=3, low=3, high=17),
    "four numbers": SetOfK(k=4, low=1, high=12),
    "all numbers": SetOfK(k=6, low=1, high=6),
    "a block": Range(size=5, low=2, high=20, shift=3),
    "no room": Range(size=9, low=1, high=9),
    "two blocks": MRanges(m=2, size=3, gap=5, low=2, high=27),
    "two blocks that may touch": MRanges(m=2, size=4, gap=4, low=1, high=15),
    "three blocks": MRanges(m=3, size=2, gap=4, low=1, high=22),
    "the control": FullRange(low=1, high=9, shift=2),
}


def brute_force(latent, evidence, low, high):
    """P(next target | evidence), by Bayes' rule over the listed support."""
    weights = np.zeros(high - low + 1)
    for z, log_prior in latent.support((), {"low": low, "high": high}):
        targets = [value for block in latent.targets(z) for value in block]
        weight = math.exp(log_prior)
        for first, last in evidence:
            weight *= sum(first <= value <= last for value in targets) / len(targets)
        for value in targets:
            weights[value - low] += weight / len(targets)
    return weights / weights.sum() if weights.sum() else weights


@st.composite
def cases(draw):
    latent = LATENTS[draw(st.sampled_from(list(LATENTS)))]
    low = latent.low + draw(st.integers(0, getattr(latent, "shift", 0)))
    high = low + latent.high - latent.low
    points = st.integers(low, high).map(lambda value: (value, value))
    spans = st.tuples(st.integers(low, high), st.integers(low, high)).map(
        lambda pair: (min(pair), max(pair))
    )
    evidence = draw(st.lists(st.one_of(points, spans), max_size=7))
    return latent, tuple(evidence), low, high


@settings(max_examples=300, deadline=None)
@given(cases())
@example((LATENTS["three numbers"], ((4, 9), (4, 9), (4, 12), (6, 6), (8, 17)), 3, 17))
@example((LATENTS["two blocks"], ((3, 12), (5, 20), (2, 27), (8, 8), (21, 22)), 2, 27))
@example((LATENTS["three blocks"], ((1, 9), (4, 20), (15, 22), (3, 3)), 1, 22))
def test_predictives_are_exact(case):
    latent, evidence, low, high = case
    expected = brute_force(latent, evidence, low, high)
    assert latent.predictive(evidence, low) == pytest.approx(expected, abs=1e-12)


@given(cases())
@settings(max_examples=50, deadline=None)
def test_the_order_of_evidence_does_not_matter(case):
    latent, evidence, low, _ = case
    forward = latent.predictive(evidence, low)
    assert latent.predictive(evidence[::-1], low) == pytest.approx(forward, abs=1e-12)


def test_known_values_of_a_set():
    law = set_predictive(((592, 592), (781, 781), (592, 592)), k=3, low=1, high=1000)
    assert law[591] == law[780] == pytest.approx(1 / 3)
    assert law[0] == law[999] == pytest.approx(1 / 3 / 998)


def test_impossible_evidence_gives_no_law():
    assert not SetOfK(k=2).predictive(((1, 1), (2, 2), (3, 3)), 1).any()
    assert not SetOfK(k=2).predictive(((1, 1), (2, 2), (3, 9)), 1).any()
    assert not SetOfK(k=2).predictive(((5000, 5000),), 1).any()
    assert not Range(size=101).predictive(((1, 1), (500, 500)), 1).any()
    assert not MRanges().predictive(((1, 1), (5000, 5000), (9000, 9000)), 1).any()


def test_impossible_numbers_have_no_weight_at_all():
    law = Range(size=101).predictive(((300, 300), (310, 320)), 1)
    assert (np.flatnonzero(law)[[0, -1]] + 1).tolist() == [210, 400]  # at best 210..310, 300..400
    assert law.sum() == pytest.approx(1)


def test_much_evidence_stays_in_bounds():
    failed = ((10, 700), (200, 900), (1, 500)) * 20
    for latent in (SetOfK(k=5), Range(size=300), MRanges(size=50, gap=60, high=1000)):
        law = latent.predictive(failed, 1)
        assert law.sum() == pytest.approx(1)
        assert (law >= 0).all()


def test_the_published_two_ranges_see_both_sides():
    law = MRanges().predictive(((2000, 2000), (7000, 7000)), 1)
    assert law[1500 - 1 : 2501 - 1].sum() == pytest.approx(0.5)
    assert law[6500 - 1 : 7501 - 1].sum() == pytest.approx(0.5)


def test_evidence_from_outside_the_range_is_cut_to_it():
    latent = SetOfK(k=2, low=5, high=20)
    inside = latent.predictive(((5, 9), (12, 20), (20, 20)), 5)
    assert latent.predictive(((1, 9), (12, 99), (20, 30)), 5) == pytest.approx(inside)
