"""The classic rule of optimal stopping, for players who know nothing of any latent."""

import math
from collections.abc import Sequence


def passed_over(num_values: int) -> int:
    """How many values the classic rule only looks at: a share of 1/e, at least one."""
    return max(1, int(num_values / math.e))


def is_record(shown: Sequence[float], skip: int) -> bool:
    """Whether the latest value beats all others and comes after the first `skip` values."""
    *earlier, latest = shown
    return len(earlier) >= max(1, skip) and latest > max(earlier)
