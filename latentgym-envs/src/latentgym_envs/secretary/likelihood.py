"""How likely the values seen are, for each place of the greatest one."""

from collections.abc import Sequence

import numpy as np

from latentgym_core.families.beliefs import FloatArray
from latentgym_envs.secretary.placing import RAISE, Top

ROUNDING = 0.0001  # of a shown value


def place_likelihood(seen: Sequence[float], num_values: int, top: Top) -> FloatArray:
    """Density of the values seen, relative to uniform ones, given where the greatest is.

    Args:
        seen: The first m values of a task, rounded as they are shown.
        num_values: N.
        top: How the greatest value got to its place, see `placing`.

    Returns:
        For each place, shape [N]; places from m on share one number.
    """
    m = len(seen)
    if m == 0:
        return np.ones(num_values)
    record = max(seen)
    likelihood = np.full(num_values, _later(record, num_values - m, num_values, top))
    for place, value in enumerate(seen):
        likelihood[place] = 0.0
        if value == record:
            others = max((*seen[:place], *seen[place + 1 :]), default=0.0)
            likelihood[place] = _here(value, others, num_values - m, num_values, top)
    return likelihood


def _later(record: float, unseen: int, num_values: int, top: Top) -> float:
    """The greatest value is among those not seen yet."""
    if unseen == 0:
        return 0.0
    if top == "raised":
        return 1.0
    return num_values / unseen * (1 - record**unseen)


def _here(value: float, others: float, unseen: int, num_values: int, top: Top) -> float:
    """The value is the greatest; `others` is the greatest of the other values seen.

    Where it was raised it is T + 0.1 or 1, with T the greatest of `others` and of hidden uniform
    numbers: the unseen values and the one it replaced. A point mass counts as spread over the
    rounding of shown values.
    """
    if top == "exchanged":
        return float(num_values * value**unseen)
    hidden, before = unseen + 1, value - RAISE
    if value > 1 - ROUNDING / 2:
        at_one = 1.0 if others >= 1 - RAISE else 1 - (1 - RAISE) ** hidden
        return at_one / ROUNDING
    if abs(before - others) <= 1.5 * ROUNDING:
        return others**hidden / ROUNDING
    return hidden * before ** (hidden - 1) if before > others else 0.0
