"""What the measures come to: frozen records, JSON-able through `serial.to_data`."""

from collections.abc import Mapping

from attrs import field, frozen


@frozen(kw_only=True)
class Estimate:
    """A number and its bootstrap interval; None where the data do not define it."""

    value: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def half_width(self) -> float | None:
        """Half the width of the interval; the interval itself need not be symmetric."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low) / 2


@frozen(kw_only=True)
class Summary:
    """One agent in one group of trajectories.

    Attributes:
        group: Value of the axis the trajectories were grouped by; empty if all were pooled.
        agent: Who played.
        num_tasks: Horizon N, the largest of the group.
        num_trajectories: All trajectories.
        num_failed: Those that ended in an error; they enter no estimate.
        num_truncated: Those cut short by a budget; they count 0 for every unfinished task.
        num_sequences: Distinct sequences behind the estimates: the units that are resampled.
        measures: Name of a measure (`measures.MEASURES`) to its estimate.
        by_task: Name of a curve (`measures.CURVES`) to its N estimates, task 1 first.
        tokens: Kind of token to the total of all trajectories, failed ones too; None where no
            reply reported any.
    """

    group: str
    agent: str
    num_tasks: int
    num_trajectories: int
    num_failed: int
    num_truncated: int
    num_sequences: int
    measures: Mapping[str, Estimate]
    by_task: Mapping[str, tuple[Estimate, ...]]
    tokens: Mapping[str, int | None] = field(factory=dict)


@frozen(kw_only=True)
class Comparison:
    """An agent minus a baseline on the sequences that both have played.

    Attributes:
        group: As in `Summary`.
        baseline: What is subtracted.
        agent: What it is subtracted from.
        num_pairs: (env, split, seed) that both finished without an error.
        num_unpaired: (env, split, seed) that only one of them has.
        num_sequences: Distinct sequences behind the pairs: the units that are resampled.
        differences: Name of a measure to agent minus baseline.
        by_task: Name of a curve to its N differences, task 1 first.
        relative_reward: (sum of the agent's rewards - sum of the baseline's) / the latter.
    """

    group: str
    baseline: str
    agent: str
    num_pairs: int
    num_unpaired: int
    num_sequences: int
    differences: Mapping[str, Estimate]
    by_task: Mapping[str, tuple[Estimate, ...]]
    relative_reward: Estimate


@frozen(kw_only=True)
class NormalisedScore:
    """Where an agent stands between a player that forgets every task and one that is told z.

    Attributes:
        group: The environment; empty for the mean over environments.
        agent: Who played.
        score: (agent - `scripted/blind`) / (`scripted/oracle` - `scripted/blind`) of the rewards
            of the sequences that all three have played.
        per_task: What the oracle earns more than blind, per task; not defined for a mean.
        num_sequences: Sequences that all three have played without an error.
        num_environments: Environments with a score: 0 or 1, or as many as a mean is taken of.
        reason: Why there is no score; empty if there is one.
    """

    group: str
    agent: str
    score: Estimate
    per_task: Estimate
    num_sequences: int
    num_environments: int
    reason: str = ""


@frozen(kw_only=True)
class Report:
    """All that is measured on a set of trajectories.

    Attributes:
        by: The axis of the groups (`measures.AXES`).
        confidence: Probability that the intervals stand for.
        num_resamples: Bootstrap resamples.
        summaries: One per group and agent, in order of first appearance.
        comparisons: Every other agent of a group against the baseline.
        scores: Every agent in every environment, where both reference players have played too.
        overall: The mean score of every agent over the environments in which it has one.
        suite: Name and version of the suite that was played, and how much of it; else empty.
    """

    by: str
    confidence: float
    num_resamples: int
    summaries: tuple[Summary, ...]
    comparisons: tuple[Comparison, ...]
    scores: tuple[NormalisedScore, ...] = ()
    overall: tuple[NormalisedScore, ...] = ()
    suite: str = ""
