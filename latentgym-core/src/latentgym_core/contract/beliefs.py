"""What is held possible: the posterior over z, and the law of a task's secret."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Beliefs(ABC):
    """A posterior over z. Families with more values than can be listed bring their own."""

    effective_sample_size: float | None = None
    """Of a sampled posterior; None for an exact one."""

    @property
    @abstractmethod
    def log_evidence(self) -> float:
        """Natural log of P(evidence), comparable between families of one core env."""

    @property
    @abstractmethod
    def entropy(self) -> float:
        """H(z | evidence) in bits, at least 0."""

    @abstractmethod
    def log2_prob(self, z: Any) -> float:
        """Log2 of the probability of a value; `-inf` for an impossible one."""

    @abstractmethod
    def information_since(self, before: Any) -> float:
        """KL(self || before) in bits, where `before` rests on a part of the same evidence."""


@frozen(eq=False)
class Law:
    """What a task can hide.

    Attributes:
        values: Secrets, in the terms of the task's game (`CoreEnv.secret`), all different.
        probabilities: Of each, shape [values], sum 1; all 0 if what was told is impossible.
    """

    values: Sequence[Hashable]
    probabilities: "NDArray[np.float64]"

    @classmethod
    def of(cls, values: Sequence[Hashable], weights: Any) -> "Law":
        """A law from weights up to a constant, shape [values]."""
        import numpy as np

        shares = np.asarray(weights, dtype=np.float64)
        total = shares.sum()
        return cls(values, shares / total if total > 0 else np.zeros(len(shares)))

    @classmethod
    def collected(cls, weights: Mapping[Any, float]) -> "Law":
        """A law from the weight of each secret that has any."""
        return cls.of(tuple(weights), list(weights.values()))

    @property
    def refuted(self) -> bool:
        """Whether nothing explains what was told."""
        return not self.probabilities.any()

    def items(self) -> list[tuple[Any, float]]:
        """Every secret that is possible, with its probability."""
        pairs = zip(self.values, self.probabilities.tolist(), strict=True)
        return [(secret, share) for secret, share in pairs if share > 0]
