"""Expected half widths and numbers of sequences, against simulation."""

import numpy as np
import pytest

from latentgym_core.metrics.bootstrap import bootstrap, quotients
from latentgym_core.metrics.precision import half_width, sequences_to_detect


def test_the_half_width_is_the_one_that_the_bootstrap_finds():
    values = np.random.default_rng(1).normal(0.4, 0.25, 300)
    (found,) = bootstrap(np.stack([values, np.ones(300)], axis=1), quotients)
    assert half_width(values.std(ddof=1), 300) == pytest.approx(found.half_width, rel=0.05)


def test_the_number_of_sequences_has_the_power_it_promises():
    deviation, difference, trials = 0.3, 0.1, 4000
    number = sequences_to_detect(difference, deviation)
    assert number == 71  # (1.960 + 0.842)^2 * 9 = 70.6
    drawn = np.random.default_rng(2).normal(difference, deviation, (trials, number))
    seen = np.abs(drawn.mean(axis=1)) > half_width(deviation, number)
    assert seen.mean() == pytest.approx(0.8, abs=0.02)
    none = drawn - difference
    assert (np.abs(none.mean(axis=1)) > half_width(deviation, number)).mean() < 0.06


def test_smaller_differences_need_more_and_nothing_needs_two():
    numbers = [sequences_to_detect(difference, 0.2) for difference in (0.2, 0.1, 0.05)]
    assert numbers == sorted(numbers)
    assert sequences_to_detect(-0.1, 0.2) == sequences_to_detect(0.1, 0.2)
    assert sequences_to_detect(0.1, 0.0) == 2
