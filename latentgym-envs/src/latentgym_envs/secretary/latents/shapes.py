"""Latent family `shape`: the values of every task form one of six shapes.

N values, h = N // 2; U(a, b) is uniform, drawn anew wherever it is written.
"""

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

Row = list[float]


def step(num_values: int, rng: random.Random) -> Row:
    """Two low steps of N // 3 values, then a high one, with the greatest value on it."""
    width = num_values // 3
    values = [rng.uniform(0.1, 0.3) for _ in range(width)]
    values += [rng.uniform(0.4, 0.6) for _ in range(width)]
    values += [rng.uniform(0.7, 0.95) for _ in range(num_values - 2 * width)]
    place = rng.randrange(2 * width, num_values)
    values[place] = rng.uniform(0.95, 1.0)
    return values


def falling(num_values: int, rng: random.Random) -> Row:
    """M ~ U(.9, 1), then M - j M / (N + 1): the first value is the greatest."""
    greatest = rng.uniform(0.9, 1.0)
    gap = greatest / (num_values + 1)
    return [greatest - place * gap for place in range(num_values)]


def rising(num_values: int, rng: random.Random) -> Row:
    """From U(0, .1) to U(.9, 1) in even steps: the last value is the greatest."""
    least, greatest = rng.uniform(0.0, 0.1), rng.uniform(0.9, 1.0)
    gap = (greatest - least) / (num_values - 1)
    return [least + place * gap for place in range(num_values)]


def valley(num_values: int, rng: random.Random) -> Row:
    """High at both ends, with the greatest value at one of them."""
    half = num_values // 2
    values = [
        0.3 + 0.6 * abs(place - half) / half + rng.uniform(-0.05, 0.05)
        for place in range(num_values)
    ]
    place = rng.choice((0, num_values - 1))
    values[place] = rng.uniform(0.95, 1.0)
    return values


def mountain(num_values: int, rng: random.Random) -> Row:
    """High in the middle, with the greatest value at place h."""
    half = num_values // 2
    values = [
        max(0.1, 0.9 - 0.5 * abs(place - half) / half + rng.uniform(-0.05, 0.05))
        for place in range(num_values)
    ]
    values[half] = rng.uniform(0.95, 1.0)
    return values


def spike(num_values: int, rng: random.Random) -> Row:
    """A slow rise below .7, with the greatest value in the second half."""
    base, rise = rng.uniform(0.1, 0.2), rng.uniform(0.03, 0.06)
    values = [
        min(0.7, base + place * rise + rng.uniform(-0.02, 0.02)) for place in range(num_values)
    ]
    place = rng.randrange(num_values // 2, num_values)
    values[place] = rng.uniform(0.9, 1.0)
    return values


SHAPES: Mapping[str, Callable[[int, random.Random], Row]] = MappingProxyType(
    {
        "step": step,
        "falling": falling,
        "rising": rising,
        "valley": valley,
        "mountain": mountain,
        "spike": spike,
    }
)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "step": "The values rise in three steps; the greatest one is on the last step, above 0.95.",
        "falling": "The values fall evenly; the first one is the greatest.",
        "rising": "The values rise evenly; the last one is the greatest.",
        "valley": "The values are high at both ends and low in between; the first or the last one "
        "is the greatest, above 0.95.",
        "mountain": "The values are low at both ends and high in between; the greatest one is in "
        "the middle, above 0.95.",
        "spike": "The values rise slowly below 0.7; the greatest one is above 0.9, in the second "
        "half.",
    }
)
