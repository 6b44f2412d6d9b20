"""When to stop, given how likely each place is to hold the greatest value.

The optimum over all histories is out of reach; `continuation` takes the history as (place, record)
alone and supposes that a player who lets a likely value pass would know it for the greatest
afterwards. Both matter only where a value is neither nearly certain nor nearly impossible.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from attrs import frozen

from latentgym_core.families.beliefs import FloatArray
from latentgym_envs.secretary.placing import RAISE, Top

CACHE_SIZE = 256
CELLS = 40  # of 0..1; 0.1 is a whole number of them


@frozen
class Step:
    """Everything about one place that does not depend on how likely it is.

    Rows are records r so far: none, then each cell; columns are values x.

    Attributes:
        sure: P(the value shows itself to be the greatest | it is); shape [CELLS + 1].
        here: P(x | it is the greatest, and does not show it); shape [CELLS + 1, CELLS].
        later: P(x | the greatest comes later); same shape.
        credit: Expected reward of x if the greatest comes later; same shape.
        record: Row of the next place; same shape.
    """

    sure: FloatArray
    here: FloatArray
    later: FloatArray
    credit: FloatArray
    record: np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@lru_cache(CACHE_SIZE)
def continuation(law: Sequence[float], top: Top, partial: float) -> FloatArray:
    """Value of a task whose greatest value is still to come.

    Args:
        law: Relative probability of each place, shape [N].
        top: How the greatest value got to its place, see `placing`.
        partial: Reward of a value nearly as great as the greatest.

    Returns:
        Expected reward of playing on before place j, with a record so far in row r as in `Step`;
        shape [N, CELLS + 1].
    """
    num_values = len(law)
    left = np.cumsum(np.asarray(law)[::-1])[::-1]
    value = np.ones((num_values, CELLS + 1))
    for place in range(num_values - 2, -1, -1):
        share = law[place] / left[place] if left[place] else 0.0
        step = _step(place, num_values, top, partial)
        here, later = share * step.here, (1 - share) * step.later
        onward = value[place + 1][step.record]
        passed = partial * consolation(num_values - 1 - place)
        accept = here + later * step.credit
        best = np.maximum(accept, later * onward + here * passed).sum(axis=1)
        total = share * step.sure + here.sum(axis=1) + later.sum(axis=1)
        value[place] = (share * step.sure + best) / np.maximum(total, 1e-300)
    return value


def row(record: float) -> int:
    """Row of a record above 0 in the tables."""
    return 1 + min(int(record * CELLS), CELLS - 1)


@lru_cache(CACHE_SIZE)
def consolation(values_left: int) -> float:
    """Mean value that optimal stopping takes out of independent uniform ones (Moser 1956)."""
    if values_left == 0:
        return 0.0
    return (1 + consolation(values_left - 1) ** 2) / 2


def expected_top(record: FloatArray, unseen: int, top: Top) -> FloatArray:
    """Mean of the greatest value given that it comes later, for each record so far."""
    n, ceiling = unseen, 1 - RAISE
    if top == "raised":
        low = np.minimum(record, ceiling) ** (n + 1)
        inside = low + n / (n + 1) * (ceiling ** (n + 1) - low)
        return np.asarray(inside + ceiling * (1 - ceiling**n) + RAISE)
    record = np.minimum(record, 1 - 1e-6)
    mean: FloatArray = n / (n + 1) * (1 - record ** (n + 1)) / (1 - record**n)
    return mean


@lru_cache(CACHE_SIZE)
def _step(place: int, num_values: int, top: Top, partial: float) -> Step:
    edges = np.linspace(0, 1, CELLS + 1)
    value = (edges[1:] + edges[:-1]) / 2
    record = np.concatenate(([0.0], value))[:, None]
    unseen = num_values - 1 - place
    sure = np.zeros(CELLS + 1)
    if top == "raised":
        here, sure = _raised(record, edges, unseen + 1)
        later = np.full((CELLS + 1, CELLS), 1 / CELLS)
    else:
        # Relative to each other alone: the sum over a row is P(record so far). In the record's own
        # cell half of the values exceed it.
        exceeds = (value > record) + 0.5 * (value == record)
        here = num_values * value**unseen * exceeds / CELLS
        later = num_values / unseen * (1 - np.maximum(record, value) ** unseen) / CELLS
    best = np.maximum(record, value)
    rows = np.maximum(np.arange(CELLS + 1)[:, None], np.arange(1, CELLS + 1))
    credit = partial * value / expected_top(best, unseen, top)
    return Step(sure, here, later, np.minimum(credit, partial), rows)


def _raised(record: FloatArray, edges: FloatArray, hidden: int) -> tuple[FloatArray, FloatArray]:
    """Laws of a raised greatest value: inside each cell, and where it shows itself."""
    ceiling = 1 - RAISE
    before = np.clip(edges - RAISE, np.minimum(record, ceiling), ceiling)
    here = np.diff(before**hidden, axis=1)
    low = record[:, 0] < ceiling
    sure = np.where(low, 1 - ceiling**hidden + record[:, 0] ** hidden, 1.0)
    return here, sure
