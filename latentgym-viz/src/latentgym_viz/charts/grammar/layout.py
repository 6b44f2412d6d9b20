"""Where things go: sizes, bounds of axes, labels that keep out of each other's way."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDTH, HEIGHT = 440, 270
PANEL_WIDTH, PANEL_HEIGHT = 210, 140
PANEL_GAP = 22
"""Pixels between small panels."""
MOST_COLUMNS = 3
"""Panels side by side where they are wrapped."""
LINE_HEIGHT = 17
"""Pixels between two lines of labels."""


def bounds(rows: Iterable[Mapping[str, Any]], *, include: Sequence[float] = ()) -> list[float]:
    """Lower and upper end of an axis that shows values with their intervals.

    Args:
        rows: Hold `value`, `low` and `high`, each perhaps None.
        include: Values that must be on the axis.
    """
    shown = [row.get(key) for row in rows for key in ("value", "low", "high")]
    known = [*include, *(value for value in shown if value is not None)]
    if not known:
        return [0.0, 1.0]
    low, high = min(known), max(known)
    margin = (high - low) * 0.06 or abs(high) * 0.1 or 0.1
    return [low - margin, high + margin]


def number_format(domain: Sequence[float], num_ticks: int = 5) -> str:
    """Format of d3 with as many decimals as neighbouring ticks need to differ."""
    step = (domain[1] - domain[0]) / num_ticks
    decimals = max(0, math.ceil(-math.log10(step))) if step > 0 else 0
    return f",.{decimals}f"


def spread(positions: Sequence[float], gap: float) -> list[float]:
    """Move positions apart until neighbours keep a gap, moving them as little as can be.

    Least squares under the order of the positions: positions less their rank times the gap must
    not decrease, so neighbours that would are pooled at their mean (pool adjacent violators).

    Args:
        positions: In any order.
        gap: Least distance of two.

    Returns:
        The new positions, in the order of the old ones.
    """
    order = sorted(range(len(positions)), key=lambda index: positions[index])
    pools: list[tuple[float, int]] = []  # mean and size
    for rank, index in enumerate(order):
        mean, size = positions[index] - rank * gap, 1
        while pools and pools[-1][0] >= mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    flat = [mean for mean, size in pools for _ in range(size)]
    moved = [0.0] * len(positions)
    for rank, (index, mean) in enumerate(zip(order, flat, strict=True)):
        moved[index] = mean + rank * gap
    return moved
