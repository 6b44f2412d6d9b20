"""What z is worth in one environment, as three scripted players measured it."""

import math

from attrs import frozen

LEAST_SHARE = 0.15
"""An environment can show adaptation if being told z adds this much to what blind earns …"""
LEAST_PER_TASK = 0.05
"""… and this much reward a task; below it, a score between the two is noise."""


@frozen(kw_only=True)
class Spread:
    """Rewards per task over played sequences.

    Attributes:
        mean: Mean over sequences of the mean reward of their tasks.
        deviation: Standard deviation over sequences of the same.
    """

    mean: float
    deviation: float


@frozen(kw_only=True)
class Worth:
    """Rewards of players that know nothing of z, infer it, and are told it, on the same sequences.

    Attributes:
        env_id: The full id.
        num_sequences: How many sequences each has played.
        blind: `scripted/blind`, which forgets every task.
        told: `scripted/oracle`, which is told z.
        told_gain: told minus blind, paired by sequence.
        bayes: `scripted/bayes`, which infers z; None where the game has no such player.
        bayes_gain: bayes minus blind, paired by sequence.
    """

    env_id: str
    num_sequences: int
    blind: Spread
    told: Spread
    told_gain: Spread
    bayes: Spread | None = None
    bayes_gain: Spread | None = None

    @property
    def per_task(self) -> float:
        """Reward a task that knowing z adds."""
        return self.told_gain.mean

    @property
    def share(self) -> float:
        """The same as a share of what blind earns; infinite where that is nothing."""
        if self.blind.mean > 0:
            return self.per_task / self.blind.mean
        return math.inf if self.per_task > 0 else 0.0

    @property
    def can_show_adaptation(self) -> bool:
        """Whether knowing z is worth enough for a difference between agents to be seen."""
        return self.per_task >= LEAST_PER_TASK and self.share >= LEAST_SHARE
