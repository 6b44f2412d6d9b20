"""What inference says of a trajectory: frozen records, one JSON line per trajectory.

Bits are logarithms to base 2; rewards are in the core env's own unit. None marks a number that is
not defined: no posterior could be had, no reference player is registered, or nothing was at stake.
"""

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

Mode = Literal["adapted", "neglect", "breakdown", "miscalibration", "none"]


@frozen(kw_only=True)
class TurnAnalysis:
    """One reply, judged by what was known when it was given.

    Attributes:
        task_index: From 0.
        turn_index: Within the task, from 0.
        entropy: Bits of uncertainty about z left after the answer to this reply.
        log2_prob_z: Log2 of the posterior probability of the true z after the answer.
        stake: How much better the best reply of the Bayes player is than that of the blind
            player, both by the Bayes player's score; unit of the score.
        regret_bayes: Score lost against the Bayes player's best reply, by its own score.
        regret_blind: Score lost against the blind player's best reply, by its own score.
        use: 1 if the reply follows the history, 0 if it ignores it, 0.5 if both agree; None
            where nothing was at stake.
        achieves: Whether the reply could achieve anything; None where no player judges.
    """

    task_index: int
    turn_index: int
    entropy: float | None = None
    log2_prob_z: float | None = None
    stake: float | None = None
    regret_bayes: float | None = None
    regret_blind: float | None = None
    use: float | None = None
    achieves: bool | None = None


@frozen(kw_only=True)
class TaskAnalysis:
    """One task.

    Attributes:
        index: From 0.
        reward: r, what the agent earned.
        blind: r0, reward of the blind player on the same task.
        bayes: rB, reward of the Bayes player on the same task after the *agent's* history.
        oracle: rO, reward of the player that is told z.
        entropy_before: Bits of uncertainty about z before the task.
        entropy_after: Bits left after it, its feedback included.
        information: Bits gained about z: KL(posterior after || posterior before), at least 0.
        log2_prob_z: Log2 of the posterior probability of the true z after the task.
        information_gap: rO - rB, what the agent's history failed to tell.
        exploitation_gap: rB - r, what the agent failed to make of its history.
        opening_gap: Part of the exploitation gap lost with the first reply.
        execution_gap: The rest of it.
        history_use: Mean use over the decisions of this task in which the history mattered.
        num_decisions: How many decisions that were.
        names_history: Whether its opening reply (or the reasoning before it) speaks of what
            earlier tasks had in common.
        effective_sample_size: Of the sampled posterior; None for an exact one.
    """

    index: int
    reward: float
    blind: float | None = None
    bayes: float | None = None
    oracle: float | None = None
    entropy_before: float | None = None
    entropy_after: float | None = None
    information: float | None = None
    log2_prob_z: float | None = None
    information_gap: float | None = None
    exploitation_gap: float | None = None
    opening_gap: float | None = None
    execution_gap: float | None = None
    history_use: float | None = None
    num_decisions: int = 0
    names_history: bool = False
    effective_sample_size: float | None = None


@frozen(kw_only=True)
class Label:
    """A failure mode found in a sequence, with its evidence.

    Attributes:
        mode: The failure mode; `adapted` or `none` where there is none.
        kind: Sub-type (`named-unused`, `partial`, `off-policy`, `moved-away`), or empty.
        task_index: Task that shows it best, from 0; None for the whole sequence.
        turn_index: Turn in that task, from 0; None for the whole task.
        sentence: The finding in words, with its numbers.
        quote: The reply that shows it, as it was given; empty if none does.
        numbers: The numbers that led to the label.
    """

    mode: Mode
    kind: str = ""
    task_index: int | None = None
    turn_index: int | None = None
    sentence: str = ""
    quote: str = ""
    numbers: Mapping[str, float] = field(factory=dict)


@frozen(kw_only=True)
class SequenceAnalysis:
    """One trajectory.

    Attributes:
        env_id: As in the trajectory, and so the next three: together they name it.
        split: Stream of the sequence.
        seed: Its seed.
        agent: Who played.
        space: Hypotheses that were kept open: `family` (parameters of the known family) or
            `declared` (families and their parameters).
        method: `exact`, `sampled` (importance sampling), or `none` with a reason.
        reason: Why there is no posterior; empty if there is one.
        prior_entropy: H(z) before the first task, in bits.
        identified_at: Tasks after which the true z first had probability of at least one half
            and kept it; None if never.
        tasks: Every task that ended.
        turns: Every reply.
        history_use: Mean of the tasks' history use, from the second task on.
        history_use_null: The same with the history of another sequence in the place of the true
            one: what the measure says of an agent that cannot have used its history.
        bayes_tails: Entry K (0 .. N-1) is the reward of tasks K+1..N together if the Bayes
            player takes over after the agent's first K tasks; entry 0 is its own play, rBB.
        normalised_score: (sum of r - sum of r0) / (sum of rO - sum of r0): 0 blind, 1 oracle.
        labels: What the detectors found; exactly one label of mode `none` if nothing.
        versions: Versions that the numbers depend on.
    """

    env_id: str
    split: str
    seed: int
    agent: str
    space: str = "family"
    method: str = "none"
    reason: str = ""
    prior_entropy: float | None = None
    identified_at: int | None = None
    tasks: tuple[TaskAnalysis, ...] = ()
    turns: tuple[TurnAnalysis, ...] = ()
    history_use: float | None = None
    history_use_null: float | None = None
    bayes_tails: tuple[float, ...] | None = None
    normalised_score: float | None = None
    labels: tuple[Label, ...] = ()
    versions: Mapping[str, Any] = field(factory=dict)
