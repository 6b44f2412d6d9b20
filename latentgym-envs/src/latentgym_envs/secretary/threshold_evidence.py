"""Evidence about the cut-off of `threshold` and `value_marker`."""

import numpy as np

from latentgym_envs.secretary.clues import Values
from latentgym_envs.secretary.likelihood import ROUNDING, FloatArray
from latentgym_envs.secretary.threshold import Threshold

COARSE = 0.0025  # distance of cut-offs on the grid, where the greatest value has a band
FINE = ROUNDING  # and where it is the cut-off itself
EPSILON = 1e-9


def cut_offs(latent: Threshold) -> FloatArray:
    """A grid of equally likely cut-offs that stands for the continuous prior."""
    step = COARSE if latent.band else FINE
    number = round((latent.highest - latent.lowest) / step) + 1
    return np.linspace(latent.lowest, latent.highest, number)


def threshold_evidence(
    latent: Threshold, cut: FloatArray, seen: Values, num_values: int
) -> FloatArray:
    """P(place of the greatest value, values seen | t).

    Args:
        latent: Margin, band and floor.
        cut: Values of t, shape [Z].
        seen: The first values of a task, as they are shown.
        num_values: N.

    Returns:
        Shape [Z, N]; densities relative to the resolution of shown values.
    """
    cut = cut[:, None]
    values = np.asarray(seen)
    # A cut-off stands for its cell, and the finest cells are those of shown values.
    slack = (COARSE if latent.band else 0.0) / 2 + ROUNDING / 2 + EPSILON
    ceiling = np.maximum(cut - latent.margin, latent.floor + ROUNDING)
    low = (values >= latent.floor - slack) & (values <= ceiling + slack)
    lows = low / (ceiling - latent.floor)
    end = np.minimum(1.0, cut + latent.band)
    high = (values >= cut - slack) & (values <= end + slack)
    tops = high / np.maximum(end - cut, ROUNDING)
    ones = np.ones_like(cut)
    before = np.hstack((ones, lows.cumprod(axis=1)))  # column k: all values ahead of place k
    after = np.hstack((lows[:, ::-1].cumprod(axis=1)[:, ::-1], ones))[:, 1:]
    unseen = np.repeat(before[:, -1:], num_values - len(seen), axis=1)
    weights = np.hstack((before[:, :-1] * tops * after, unseen))
    return np.asarray(weights / num_values)
