"""Exploration and exploitation efficiency, from who earned what after a hand-off.

T(X→Y, K) is the sum over sequences of the rewards r_{K+1} .. r_N when X plays the first K tasks
and Y the rest. With a reference agent C,

    exploration of B against A  = (T(B→C) - T(A→C)) / T(A→C)
    exploitation of B against A = (T(C→B) - T(C→A)) / T(C→A)

so the first asks whose early tasks are worth more to the same successor, the second who makes
more of the same early tasks. Where explorer and exploiter are one agent, T is the tail of its own
play.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from attrs import frozen

from latentgym_core.hand_off_name import HandOff, parse_hand_off
from latentgym_core.metrics.bootstrap import (
    CONFIDENCE,
    NUM_RESAMPLES,
    bootstrap,
    quotients,
    relative_change,
)
from latentgym_core.metrics.records import Estimate
from latentgym_core.trajectory import Trajectory

Tails = Mapping[HandOff, Mapping[int, float]]
"""Who played, to the tail reward of every seed that was played without an error."""


@frozen(kw_only=True)
class Efficiency:
    """A relative difference of tail rewards, paired by seed.

    Attributes:
        estimate: (T2 - T1) / T1 with its interval over sequences.
        baseline_total: T1, the sum over the paired sequences.
        total: T2.
        num_sequences: Sequences that were played without an error on both sides.
        num_failed: Sequences that an error on either side cost.
        undefined: Why there is no estimate or no interval; empty if there are both.
    """

    estimate: Estimate
    baseline_total: float
    total: float
    num_sequences: int
    num_failed: int
    undefined: str = ""


@frozen(kw_only=True)
class BoundaryReport:
    """What one boundary shows.

    Attributes:
        boundary: K, the tasks before the hand-off.
        exploration: Of B against A, C exploits.
        exploitation: Of B against A, C explores.
        tails: Hand-off name to the mean tail reward of a sequence.
    """

    boundary: int
    exploration: Efficiency
    exploitation: Efficiency
    tails: Mapping[str, Estimate]


@frozen(kw_only=True)
class HandOffReport:
    """Exploration and exploitation of B against A, measured with C.

    Attributes:
        env_id: What was played.
        split: Stream of the sequences.
        a: The baseline.
        b: The agent in question.
        c: The reference agent on the other side of every hand-off.
        confidence: Probability that the intervals stand for.
        num_resamples: Bootstrap resamples.
        boundaries: One report per K.
    """

    env_id: str
    split: str
    a: str
    b: str
    c: str
    confidence: float = CONFIDENCE
    num_resamples: int = NUM_RESAMPLES
    boundaries: tuple[BoundaryReport, ...]


def tail_rewards(trajectories: Iterable[Trajectory], boundaries: Sequence[int]) -> Tails:
    """Sum the rewards after each hand-off; failed sequences are left out.

    Args:
        trajectories: Hand-offs and whole plays of one environment and split.
        boundaries: The K at which whole plays are split.
    """
    tails: dict[HandOff, dict[int, float]] = {}
    for each in trajectories:
        named = parse_hand_off(each.agent)
        splits = [named] if named else [HandOff(each.agent, each.agent, k) for k in boundaries]
        if each.error is None:
            for split in splits:
                tail = sum(each.rewards[split.boundary :])
                tails.setdefault(split, {})[each.seed] = tail
    return tails


def boundary_report(
    tails: Tails, num_sequences: int, *, a: str, b: str, c: str, boundary: int
) -> BoundaryReport:
    """Both efficiencies at one boundary.

    Args:
        tails: What `tail_rewards` gave.
        num_sequences: How many sequences were to be played.
        a: The baseline.
        b: The agent in question.
        c: The reference agent.
        boundary: K.
    """
    a_explores, b_explores = HandOff(a, c, boundary), HandOff(b, c, boundary)
    a_exploits, b_exploits = HandOff(c, a, boundary), HandOff(c, b, boundary)
    cells = dict.fromkeys((a_explores, b_explores, a_exploits, b_exploits))
    return BoundaryReport(
        boundary=boundary,
        exploration=efficiency(tails, a_explores, b_explores, num_sequences),
        exploitation=efficiency(tails, a_exploits, b_exploits, num_sequences),
        tails={str(cell): _mean(tails.get(cell, {})) for cell in cells},
    )


def efficiency(tails: Tails, baseline: HandOff, other: HandOff, num_sequences: int) -> Efficiency:
    """(T2 - T1) / T1 over the seeds that both have; seeds are resampled in pairs.

    Args:
        tails: What `tail_rewards` gave.
        baseline: Whose sum is T1.
        other: Whose sum is T2.
        num_sequences: How many sequences were to be played.
    """
    first, second = tails.get(baseline, {}), tails.get(other, {})
    seeds = sorted(first.keys() & second.keys())
    totals = np.array([(first[seed], second[seed]) for seed in seeds]).reshape(-1, 2)
    estimate = bootstrap(totals, relative_change)[0]
    return Efficiency(
        estimate=estimate,
        baseline_total=float(totals[:, 0].sum()),
        total=float(totals[:, 1].sum()),
        num_sequences=len(seeds),
        num_failed=num_sequences - len(seeds),
        undefined=_why_undefined(estimate, baseline, len(seeds)),
    )


def _why_undefined(estimate: Estimate, baseline: HandOff, num_sequences: int) -> str:
    if num_sequences == 0:
        return "No sequence was played on both sides."
    if estimate.value is None:
        return f"{baseline} earned nothing after the hand-off, so nothing can be related to it."
    if num_sequences == 1:
        return "One sequence has no interval."
    if estimate.low is None:
        return f"{baseline} earned nothing after the hand-off in too many sequences."
    return ""


def _mean(tail: Mapping[int, float]) -> Estimate:
    rows = [(tail[seed], 1.0) for seed in sorted(tail)]
    return bootstrap(np.array(rows).reshape(-1, 2), quotients)[0]
