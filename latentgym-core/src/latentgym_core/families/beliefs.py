"""What is held possible of z: a posterior with its entropy, in bits."""

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import define
from numpy.typing import NDArray

from latentgym_core.contract.beliefs import Beliefs

FloatArray = NDArray[np.float64]
BITS = math.log(2)


@define(eq=False, slots=False)
class Listed(Beliefs):
    """Values of z with their weights.

    Attributes:
        values: Different values, in an order that stays the same while evidence comes in.
        log_prior: Natural log of their prior probabilities, shape [Z].
        log_likelihood: Natural log of P(evidence | z), shape [Z].
        prior_entropy: H(z) in bits if the values are a sample, so that it cannot be summed up.
        num_matches: Where tasks were drawn: the fewest draws that explained a task, else None.
    """

    values: Sequence[Any]
    log_prior: FloatArray
    log_likelihood: FloatArray
    prior_entropy: float | None = None
    num_matches: int | None = None

    @cached_property
    def log_prob(self) -> FloatArray:
        """Natural log of the posterior, shape [Z]."""
        joint = self.log_prior + self.log_likelihood
        highest = joint.max(initial=-np.inf)
        if highest == -np.inf:
            return np.full(len(joint), -np.inf)
        with np.errstate(divide="ignore"):
            shifted: FloatArray = joint - highest
            return np.asarray(shifted - np.log(np.exp(shifted).sum()))

    @property
    def probabilities(self) -> FloatArray:
        """The posterior, shape [Z]; all zero if every value is refuted."""
        return np.exp(self.log_prob)

    @property
    def refuted(self) -> bool:
        """Whether no value explains the evidence."""
        return bool((self.log_prob == -np.inf).all())

    @property
    def effective_sample_size(self) -> float | None:  # type: ignore[override]
        """Kish's 1 / sum(w^2) of normalised weights (Kish 1965), at most the draws that matched."""
        if self.prior_entropy is None:
            return None if self.num_matches is None else float(self.num_matches)
        squares = float((self.probabilities**2).sum())
        size = 1 / squares if squares else 0.0
        return size if self.num_matches is None else min(size, float(self.num_matches))

    @property
    def log_evidence(self) -> float:
        """Log of the likelihood's mean under the prior."""
        joint = self.log_prior + self.log_likelihood
        highest = joint.max(initial=-np.inf)
        if highest == -np.inf:
            return -math.inf
        return float(highest + math.log(np.exp(joint - highest).sum()))

    @property
    def entropy(self) -> float:
        """- sum p log2 p; for a sample the prior's entropy less what was learned."""
        if self.prior_entropy is not None:
            return max(0.0, self.prior_entropy - self._learned())
        return max(0.0, -_expectation(self.probabilities, self.log_prob) / BITS)

    def log2_prob(self, z: Any) -> float:
        """Of a listed value; in a sample, relative to the even prior of all values."""
        place = self._places.get(_key(z))
        if place is None:
            return -math.inf
        if self.prior_entropy is not None:
            weight = self.log_likelihood[place] - self.log_evidence
            return float(weight / BITS - self.prior_entropy)
        return float(self.log_prob[place] / BITS)

    def information_since(self, before: Any) -> float:
        """Sum of p log2(p / q) over the same values."""
        held = self.probabilities > 0
        change = self.log_prob[held] - before.log_prob[held]
        return max(0.0, float((self.probabilities[held] * change).sum()) / BITS)

    @cached_property
    def _places(self) -> dict[Any, int]:
        return {_key(value): place for place, value in enumerate(self.values)}

    def _learned(self) -> float:
        if self.refuted:
            return 0.0
        likelihood = _expectation(self.probabilities, self.log_likelihood)
        return (likelihood - self.log_evidence) / BITS


@define(eq=False)
class Independent(Beliefs):
    """Parts of z that know nothing of each other, as in combinators; z is the tuple of them."""

    parts: tuple[Beliefs, ...]

    @property
    def log_evidence(self) -> float:
        """Sum over the parts."""
        return sum(part.log_evidence for part in self.parts)

    @property
    def entropy(self) -> float:
        """Sum over the parts."""
        return sum(part.entropy for part in self.parts)

    def log2_prob(self, z: Any) -> float:
        """Sum over the parts."""
        return sum(part.log2_prob(each) for part, each in zip(self.parts, z, strict=True))

    def information_since(self, before: Any) -> float:
        """Sum over the parts."""
        pairs = zip(self.parts, before.parts, strict=True)
        return sum(part.information_since(earlier) for part, earlier in pairs)


@define(eq=False)
class Mixed(Beliefs):
    """One of several families, with its z; a value is the pair (place of the family, z).

    Attributes:
        parts: What is believed under each family, given the evidence.
        log_prior: Natural log of the prior probability of each family, shape [F].
    """

    parts: tuple[Beliefs, ...]
    log_prior: FloatArray

    @property
    def families(self) -> Listed:
        """What is believed of the family alone."""
        evidence = np.array([part.log_evidence for part in self.parts])
        return Listed(range(len(self.parts)), self.log_prior, evidence)

    @property
    def log_evidence(self) -> float:
        """Log of the mean over the families."""
        return self.families.log_evidence

    @property
    def entropy(self) -> float:
        """H(family) + H(z | family)."""
        held = zip(self.families.probabilities, self.parts, strict=True)
        return self.families.entropy + sum(float(p) * part.entropy for p, part in held if p > 0)

    def log2_prob(self, z: Any) -> float:
        """Of the family, and of z under it."""
        place, value = z
        within: float = self.parts[place].log2_prob(value)
        return self.families.log2_prob(place) + within

    def information_since(self, before: Any) -> float:
        """KL between the families, and the mean KL under each."""
        held = zip(self.families.probabilities, self.parts, before.parts, strict=True)
        within = sum(float(p) * after.information_since(then) for p, after, then in held if p > 0)
        return self.families.information_since(before.families) + within


def listed(values: Sequence[Any], probabilities: Any, log_prior: Any = None) -> Listed:
    """Beliefs from a posterior up to a constant.

    Args:
        values: Values of z.
        probabilities: Their joint weights P(z, evidence), shape [Z]; a common factor enters
            `log_evidence` alone.
        log_prior: Their natural log prior; even if not given.
    """
    weights = np.asarray(probabilities, dtype=np.float64)
    with np.errstate(divide="ignore"):
        joint = np.log(weights)
    prior = np.full(len(joint), -math.log(max(1, len(joint)))) if log_prior is None else log_prior
    return Listed(values, np.asarray(prior), joint - prior)


def _expectation(probabilities: FloatArray, of: FloatArray) -> float:
    """Sum of p f(x) where p > 0."""
    held = probabilities > 0
    return float((probabilities[held] * of[held]).sum())


def _key(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value
