"""How exact a result will be, from a spread that was measured before."""

import math
from statistics import NormalDist

CONFIDENCE = 0.95
POWER = 0.8
FEWEST = 2
"""Fewer sequences have no interval."""


def half_width(deviation: float, num_sequences: int, confidence: float = CONFIDENCE) -> float:
    """Half the width of the interval of a mean to be expected, by the normal approximation.

    z s / sqrt(n), with z the quantile of the standard normal distribution at (1 + confidence) / 2.

    Args:
        deviation: Standard deviation s over sequences.
        num_sequences: n.
        confidence: Probability of the interval.
    """
    return NormalDist().inv_cdf((1 + confidence) / 2) * deviation / math.sqrt(num_sequences)


def sequences_to_detect(
    difference: float,
    deviation: float,
    *,
    confidence: float = CONFIDENCE,
    power: float = POWER,
) -> int:
    """How many paired sequences show a difference with a given probability.

    n = ((z_a + z_b) s / d)^2, rounded up, with z_a the normal quantile at (1 + confidence) / 2 and
    z_b that at `power`: the size of a two-sided test of a mean of paired differences (Chow, Shao
    and Wang, Sample Size Calculations in Clinical Research, 2nd edition 2008, section 3.1.1).

    Args:
        difference: The true difference d, not 0.
        deviation: Standard deviation s of the difference over sequences.
        confidence: 1 minus the level of the test.
        power: Probability that the interval leaves 0 out.
    """
    normal = NormalDist()
    quantiles = normal.inv_cdf((1 + confidence) / 2) + normal.inv_cdf(power)
    return max(FEWEST, math.ceil((quantiles * deviation / difference) ** 2))
