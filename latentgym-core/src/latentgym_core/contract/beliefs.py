"""What is held possible of z: the interface of a posterior."""

from abc import ABC, abstractmethod
from typing import Any


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
