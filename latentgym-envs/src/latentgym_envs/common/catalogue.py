"""The law of the next candidate for a player who knows that some published latent holds, not which.

Different sets of candidates count once and are equally likely at first. With S the set of one, L_t
what of it is left for task t, and F_t the candidates that fit what the task told,

    P(S | tasks)  is proportional to  prod_t |L_t ∩ F_t| / |L_t|.

L_t is S, or, where candidates do not come twice, S without those that are known to have been. A
task that no set explains (a word that is in no pool, a code of another shape) is passed over.
"""

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from latentgym_core.contract.beliefs import Law
from latentgym_core.families.distinct_draws import Mask


def different(masks: Iterable[Mask]) -> Mask:
    """The different sets that hold anything, shape [S, n]."""
    return np.stack(list({mask.tobytes(): mask for mask in masks if mask.any()}.values()))


def catalogue_law(
    pool: Sequence[Hashable], sets: Mask, fits: Iterable[Mask], *, replacement: bool
) -> Law:
    """The law of the next candidate.

    Args:
        pool: All candidates, n of them.
        sets: What `different` made.
        fits: For each finished task the candidates that it may have hidden, shape [n].
        replacement: Whether a candidate may come twice.
    """
    weights, used = np.full(len(sets), 1 / len(sets)), np.zeros(len(pool), bool)
    for fit in fits:
        left = _left(sets, used)
        grown = weights * left[:, fit].sum(axis=1) / left.sum(axis=1)
        if not grown.any():
            continue
        weights = grown / grown.sum()
        if not replacement and fit.sum() == 1:
            used |= fit
    left = _left(sets, used)
    return Law.of(pool, (weights / left.sum(axis=1)) @ left)


def _left(sets: Mask, used: Mask) -> Mask:
    """What the next task may hide under each; all of it again when it is used up."""
    left = sets & ~used
    spent = ~left.any(axis=1)
    left[spent] = sets[spent]
    return left
