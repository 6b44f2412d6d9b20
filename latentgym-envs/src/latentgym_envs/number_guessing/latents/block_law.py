"""Exact predictives of `range` and `m_ranges`.

A block of `size` numbers that starts at s explains a target inside [a, b] with probability
|[a, b] ∩ [s, s + size - 1]| / size; a known target is the case a = b. Weights over starts are
vectors over low .. high - size + 1, the starts that keep a block inside the visible range.
"""

from collections.abc import Iterable
from itertools import pairwise, product

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from latentgym_envs.number_guessing.intervals import Evidence, FloatArray, Interval

IntArray = NDArray[np.int64]
Groups = dict[tuple[int, int], FloatArray]
MAX_BRANCHES = 1024


def range_predictive(evidence: Evidence, *, size: int, low: int, high: int) -> FloatArray:
    """Law of the next target if all lie in one block whose start is uniform.

    Args:
        evidence: Where earlier targets lie.
        size: Numbers in the block.
        low: Lower end of the visible range.
        high: Upper end, included.

    Returns:
        Probabilities of low .. high, shape [high - low + 1]; all zero if no block explains the
        evidence.
    """
    starts = np.arange(low, high - size + 2)
    weight = np.ones(len(starts))
    for interval in evidence:
        weight *= coverage(interval, starts, size)
    return _spread(weight, size)


@frozen(kw_only=True)
class BlockChain:
    """Law of the starts of m blocks from left to right.

    Each start is uniform from `gap` above the one before it (the first: from `low`) to its entry
    in `last_starts`, length m.
    """

    low: int
    high: int
    size: int
    gap: int
    last_starts: tuple[int, ...]


def m_ranges_predictive(evidence: Evidence, chain: BlockChain) -> FloatArray:
    """Law of the next target if all lie in m blocks, each block equally likely.

    An interval too narrow to touch two blocks belongs to one of them, and sorted ones to blocks
    in order: a forward and a backward pass over (block, narrow intervals explained) sum over all
    splits. Wider intervals are tried with every block in turn. Beyond `MAX_BRANCHES` such
    combinations (10 wide intervals for m = 2) the widest, which say the least, are left out;
    up to there the result is exact.

    Args:
        evidence: Where earlier targets lie.
        chain: Law of the starts.

    Returns:
        Probabilities of low .. high, shape [high - low + 1]; all zero if no blocks explain the
        evidence.
    """
    starts = np.arange(chain.low, chain.high - chain.size + 2)
    num_blocks = len(chain.last_starts)
    narrow, wide = _by_width(evidence, chain)
    while num_blocks ** len(wide) > MAX_BRANCHES:
        wide.pop()
    items = [coverage(interval, starts, chain.size) for interval in narrow]
    groups = _groups(items, len(starts))
    weight = np.zeros(len(starts))
    for owners in product(range(num_blocks), repeat=len(wide)):
        masks = _priors(chain, starts)
        for interval, owner in zip(wide, owners, strict=True):
            masks[owner] *= coverage(interval, starts, chain.size)
        weight += _marginals(groups, len(narrow), masks, chain.gap)
    return _spread(weight, chain.size)


def coverage(interval: Interval, starts: IntArray | FloatArray, size: int) -> FloatArray:
    """How well each start explains a target in an interval, in units of the best; in [0, 1]."""
    first, last = interval
    shared = np.minimum(last, starts + size - 1) - np.maximum(first, starts) + 1
    coverage: FloatArray = np.clip(shared, 0, None) / min(size, last - first + 1)
    return coverage


def _spread(weight: FloatArray, size: int) -> FloatArray:
    """Law of a number uniform over a block whose start has the given weight.

    Running sums keep impossible numbers at exactly zero.

    Args:
        weight: Weights of the starts, shape [S].
        size: Numbers in the block.

    Returns:
        Shape [S + size - 1]; sums to 1, or is all zero if the weights are.
    """
    total = weight.sum()
    if total == 0:
        return np.zeros(len(weight) + size - 1)
    below = np.concatenate(([0.0], np.cumsum(weight / total)))
    ends = np.arange(1, len(weight) + size)
    covering = below[np.minimum(ends, len(weight))] - below[np.maximum(ends - size, 0)]
    spread: FloatArray = covering / size
    return spread


def _by_width(evidence: Evidence, chain: BlockChain) -> tuple[list[Interval], list[Interval]]:
    """Intervals that touch one block at most, from left to right; the others by width."""
    limit = chain.gap - chain.size + 1
    narrow = [each for each in evidence if each[1] - each[0] < limit]
    wide = [each for each in evidence if each[1] - each[0] >= limit]
    return sorted(narrow), sorted(wide, key=lambda each: each[1] - each[0])


def _priors(chain: BlockChain, starts: IntArray) -> list[FloatArray]:
    """For each block: the chance that the next one starts where it does, given this start.

    It is zero beyond the block's last start; m of shape [S].
    """
    lasts = chain.last_starts
    inner = [
        (starts <= last) / np.maximum(next_last - (starts + chain.gap) + 1, 1)
        for last, next_last in pairwise(lasts)
    ]
    return [*inner, np.ones(len(starts))]


def _groups(items: list[FloatArray], num_starts: int) -> Groups:
    """Product of the items i .. j-1, for every pair i <= j where it is not all zero."""
    groups: Groups = {}
    for i in range(len(items) + 1):
        running = np.ones(num_starts)
        groups[i, i] = running
        for j, item in enumerate(items[i:], start=i + 1):
            running = running * item
            if not running.any():
                break
            groups[i, j] = running
    return groups


def _marginals(groups: Groups, num_items: int, masks: list[FloatArray], gap: int) -> FloatArray:
    """Weight of each start, summed over the blocks.

    Args:
        groups: How starts explain runs of narrow intervals, each of shape [S].
        num_items: How many narrow intervals there are.
        masks: `_priors`, times how starts explain the wide intervals; m of shape [S].
        gap: Least distance between neighbouring starts.

    Returns:
        Shape [S], not normalised.
    """
    forward = [_sums((j, masks[0] * group) for (i, j), group in groups.items() if i == 0)]
    for mask in masks[1:]:
        arrived = {i: mask * _from_left(row, gap) for i, row in forward[-1].items()}
        forward.append(
            _sums((j, arrived[i] * group) for (i, j), group in groups.items() if i in arrived)
        )
    total = np.zeros(len(masks[0]))
    after = {num_items: np.ones(len(masks[0]))}
    for mask, before in zip(reversed(masks), reversed(forward), strict=True):
        for i in before.keys() & after.keys():
            total += before[i] * after[i]
        leaving = {j: mask * row for j, row in after.items()}
        explained = _sums((i, leaving[j] * group) for (i, j), group in groups.items() if j in after)
        after = {i: _from_right(row, gap) for i, row in explained.items()}
    return total


def _from_left(row: FloatArray, gap: int) -> FloatArray:
    """Sum of the entries at least `gap` to the left of each place."""
    sums = np.zeros(len(row))
    sums[gap:] = np.cumsum(row[:-gap])
    return sums


def _from_right(row: FloatArray, gap: int) -> FloatArray:
    """Sum of the entries at least `gap` to the right of each place."""
    return _from_left(row[::-1], gap)[::-1]


def _sums(rows: Iterable[tuple[int, FloatArray]]) -> dict[int, FloatArray]:
    """Add up the rows of each key."""
    sums: dict[int, FloatArray] = {}
    for key, row in rows:
        sums[key] = sums[key] + row if key in sums else row
    return sums
