"""Exact predictive of `set_of_k`.

z is a k-subset of low..high, uniform; every target is uniform over z. With D the known targets
and intervals I_1..I_J for tasks that were not solved,

    P(z | evidence)  ∝  [z ⊇ D] · |z ∩ I_1| ⋯ |z ∩ I_J|.

The ends of the intervals cut low..high into cells, and the weight of z depends only on how many of
its unknown members fall into each cell. The sum over all those counts is taken from left to right
with exact whole numbers; on the way only the members inside the open intervals need remembering.
"""

from itertools import pairwise
from math import comb

import numpy as np
from attrs import frozen

from latentgym_envs.number_guessing.intervals import Evidence, FloatArray, Interval

Position = tuple[int, tuple[int, ...]]
"""Unknown members placed so far, and all members inside each open interval."""
Weights = dict[Position, list[int]]
"""For each position: the total weight, then for each cell the weighted number of unknown members
in it. Shape [1 + cells]."""


@frozen
class Cell:
    """Numbers from `start` to before `stop`, of which `unseen` are no known target."""

    start: int
    stop: int
    unseen: int


def set_predictive(evidence: Evidence, *, k: int, low: int, high: int) -> FloatArray:
    """Law of the next target.

    A known target has probability 1/k; the rest is spread over the cells by the expected number
    of unknown members in each, evenly within a cell.

    Args:
        evidence: Where earlier targets lie.
        k: Size of the set.
        low: Lower end of the visible range.
        high: Upper end, included.

    Returns:
        Probabilities of low .. high, shape [high - low + 1]; all zero if no set of k numbers
        explains the evidence.
    """
    inside = [(max(first, low), min(last, high)) for first, last in evidence]
    known = {first for first, last in inside if first == last}
    intervals = [(first, last) for first, last in inside if first < last]
    probabilities = np.zeros(high - low + 1)
    if len(known) > k or any(first > last for first, last in inside):
        return probabilities
    cells = cells_of(intervals, known, low, high)
    total, *expected = _sweep(cells, intervals, known, k - len(known))
    if total == 0:
        return probabilities
    for cell, members in zip(cells, expected, strict=True):
        if members:
            # Whole numbers may be huge here; their quotient is rounded once.
            probabilities[cell.start - low : cell.stop - low] = members / (total * cell.unseen * k)
    probabilities[[value - low for value in known]] = 1 / k
    return probabilities


def cells_of(intervals: list[Interval], known: set[int], low: int, high: int) -> list[Cell]:
    """Cut low..high at every end of an interval."""
    cuts = {low, high + 1}
    cuts.update(first for first, _ in intervals)
    cuts.update(last + 1 for _, last in intervals)
    edges = sorted(cuts)
    return [
        Cell(start, stop, stop - start - sum(start <= value < stop for value in known))
        for start, stop in pairwise(edges)
    ]


def _sweep(
    cells: list[Cell], intervals: list[Interval], known: set[int], unknown: int
) -> list[int]:
    """Sum over all ways to place the unknown members; shape [1 + cells] as in `Weights`."""
    weights: Weights = {(0, ()): [1] + [0] * len(cells)}
    open_ends: list[int] = []
    for index, cell in enumerate(cells):
        for first, last in intervals:
            if first == cell.start:
                inside = sum(first <= value <= last for value in known)
                weights = {(used, (*seen, inside)): row for (used, seen), row in weights.items()}
                open_ends.append(last + 1)
        weights = _place(weights, index, cell, unknown)
        for place in reversed(range(len(open_ends))):
            if open_ends[place] == cell.stop:
                weights = _close(weights, place)
                del open_ends[place]
    return weights.get((unknown, ()), [0] * (1 + len(cells)))


def _place(weights: Weights, index: int, cell: Cell, unknown: int) -> Weights:
    """Put 0, 1, 2, … unknown members into a cell."""
    placed: Weights = {}
    for (used, seen), row in weights.items():
        for extra in range(min(cell.unseen, unknown - used) + 1):
            ways = comb(cell.unseen, extra)
            grown = [ways * weight for weight in row]
            grown[1 + index] += extra * grown[0]
            _add(placed, (used + extra, tuple(inside + extra for inside in seen)), grown)
    return placed


def _close(weights: Weights, place: int) -> Weights:
    """Multiply by the members inside an interval that ends here, and forget their number."""
    closed: Weights = {}
    for (used, seen), row in weights.items():
        if seen[place]:
            weighted = [seen[place] * weight for weight in row]
            _add(closed, (used, seen[:place] + seen[place + 1 :]), weighted)
    return closed


def _add(weights: Weights, position: Position, row: list[int]) -> None:
    there = weights.get(position)
    weights[position] = [a + b for a, b in zip(there, row, strict=True)] if there else row
