"""How far reviewers agree beyond chance, with intervals over sequences.

Cohen's kappa for two reviewers (Cohen 1960, Educational and Psychological Measurement 20, 37-46):
from the table of counts n(a, b) of the labels that both gave to the same unit,

    kappa = (p_o - p_e) / (1 - p_e)    p_o = sum_c n(c, c) / n    p_e = sum_c n(c, .) n(., c) / n²

Krippendorff's alpha for any number, nominal labels, units may lack reviewers (Krippendorff 2011,
Computing Krippendorff's Alpha-Reliability): from the coincidences o(a, b), to which every ordered
pair of labels within a unit of m labels adds 1 / (m - 1), with n(c) = sum_b o(c, b), n = sum n(c),

    alpha = 1 - (n - 1) (n - sum_c o(c, c)) / (n² - sum_c n(c)²)

Both are 1 for perfect agreement and 0 for what chance would give; they are not defined where only
one label was ever used.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, permutations

import numpy as np
from attrs import frozen

from latentgym_core.metrics.bootstrap import Array, bootstrap, unit_totals
from latentgym_core.metrics.records import Estimate
from latentgym_core.metrics.scores import sequence_key
from latentgym_core.registry.env_id import EnvId
from latentgym_viz.reviews.records import Review, Unit

Labels = Mapping[Unit, Mapping[str, str]]
"""Unit to reviewer to label; units without a label are not in it."""
KAPPA, ALPHA = "Cohen's kappa", "Krippendorff's alpha"


@frozen(kw_only=True)
class Agreement:
    """How far some reviewers agree.

    Attributes:
        reviewers: Who; two or more.
        statistic: `KAPPA` or `ALPHA`.
        estimate: Its value with an interval over sequences.
        observed: Share of pairs of labels of the same unit that are equal, from 0 to 1.
        num_units: Units that at least two of them labelled.
    """

    reviewers: tuple[str, ...]
    statistic: str
    estimate: Estimate
    observed: float
    num_units: int


def agreements(reviews: Iterable[Review]) -> list[Agreement]:
    """Kappa of every two reviewers with units in common; alpha of all if they are more than two.

    Args:
        reviews: The latest of each reviewer on each unit, as `read_reviews` gives them.
    """
    labels = labels_by_unit(reviews)
    reviewers = sorted({name for found in labels.values() for name in found})
    found = [_agreement(labels, pair, KAPPA) for pair in combinations(reviewers, 2)]
    if len(reviewers) > 2:
        found.append(_agreement(labels, tuple(reviewers), ALPHA))
    return [each for each in found if each.num_units]


def labels_by_unit(reviews: Iterable[Review]) -> Labels:
    """Sort reviews that have a label by what they are about."""
    labels: dict[Unit, dict[str, str]] = {}
    for each in reviews:
        if each.label:
            labels.setdefault(each.unit, {})[each.reviewer] = each.label
    return labels


def kappa(counts: Array) -> Array:
    """Cohen's kappa.

    Args:
        counts: n(a, b), shape (..., labels, labels).

    Returns:
        Shape (...); NaN where it is not defined.
    """
    total = counts.sum(axis=(-2, -1))
    observed = np.trace(counts, axis1=-2, axis2=-1) / total
    expected = (counts.sum(axis=-1) * counts.sum(axis=-2)).sum(axis=-1) / total**2
    return np.asarray((observed - expected) / (1 - expected))


def alpha(coincidences: Array) -> Array:
    """Krippendorff's alpha for nominal labels.

    Args:
        coincidences: o(a, b), shape (..., labels, labels).

    Returns:
        Shape (...); NaN where it is not defined.
    """
    by_label = coincidences.sum(axis=-1)
    total = by_label.sum(axis=-1)
    different = total - np.trace(coincidences, axis1=-2, axis2=-1)
    expected = total**2 - (by_label**2).sum(axis=-1)
    return np.asarray(1 - (total - 1) * different / expected)


def count_table(given: Sequence[str], known: Sequence[str]) -> Array:
    """What two labels of a unit add to n(a, b), shape (labels, labels)."""
    table = np.zeros((len(known), len(known)))
    table[known.index(given[0]), known.index(given[1])] = 1
    return table


def coincidence_table(given: Sequence[str], known: Sequence[str]) -> Array:
    """What the labels of a unit add to o(a, b), shape (labels, labels)."""
    table = np.zeros((len(known), len(known)))
    for one, other in permutations(given, 2):
        table[known.index(one), known.index(other)] += 1 / (len(given) - 1)
    return table


def _agreement(labels: Labels, reviewers: tuple[str, ...], statistic: str) -> Agreement:
    given = {
        unit: [found[name] for name in reviewers if name in found]
        for unit, found in labels.items()
        if sum(name in found for name in reviewers) > 1
    }
    known = sorted({label for each in given.values() for label in each})
    table, value = (count_table, kappa) if statistic == KAPPA else (coincidence_table, alpha)
    rows = [(_sequence(unit), table(each, known).ravel().tolist()) for unit, each in given.items()]
    shape = (len(known), len(known))

    def of_sums(sums: Array) -> Array:
        return value(sums.reshape(*sums.shape[:-1], *shape))[..., None]

    totals = unit_totals(rows, len(known) ** 2)
    pairs = [pair for each in given.values() for pair in combinations(each, 2)]
    return Agreement(
        reviewers=reviewers,
        statistic=statistic,
        estimate=bootstrap(totals, of_sums)[0] if rows else Estimate(),
        observed=sum(one == other for one, other in pairs) / len(pairs) if pairs else 0.0,
        num_units=len(given),
    )


def _sequence(unit: Unit) -> tuple[object, ...]:
    """What is resampled: the drawn sequence, as in all other intervals."""
    env_id, split, seed, _, _ = unit
    return sequence_key(EnvId.parse(env_id), split, seed)
