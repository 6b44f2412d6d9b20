"""Exploration and exploitation efficiency, from who earned what after a hand-off.

T(X→Y, K) is the sum over sequences of the rewards r_{K+1} .. r_N when X plays the first K tasks
and Y the rest. With a reference agent C,

    exploration of B against A  = (T(B→C) - T(A→C)) / T(A→C)
    exploitation of B against A = (T(C→B) - T(C→A)) / T(C→A)

so the first asks whose early tasks are worth more to the same successor, the second who makes
more of the same early tasks. Where explorer and exploiter are one agent, T is the tail of its own
play. With C = A in the one and C = B in the other,

    (1 + exploration)(1 + exploitation) = T(B) / T(A).

What notes are worth against a history is (T(X→Y by notes) - T(X→Y)) / T(X→Y).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import numpy as np
from attrs import evolve, frozen

from latentgym_core.metrics.bootstrap import (
    CONFIDENCE,
    NUM_RESAMPLES,
    bootstrap,
    quotients,
    relative_change,
)
from latentgym_core.metrics.records import Estimate
from latentgym_core.records.hand_off_name import Handed, HandOff, parse_hand_off
from latentgym_core.records.trajectory import Trajectory

Tails = Mapping[HandOff, Mapping[int, float]]
"""Who played, to the tail reward of every seed that was played without an error."""
Kind = Literal["exploration", "exploitation", "notes"]
KINDS: tuple[Kind, ...] = ("exploration", "exploitation", "notes")


@frozen(kw_only=True)
class Cell:
    """What one hand-off earned.

    Attributes:
        explorer: Who played tasks 1 .. K.
        exploiter: Who played the rest; the same agent for the tail of its own play.
        boundary: K.
        handed: What was handed over.
        tail: Mean of r_{K+1} + .. + r_N over sequences.
        num_sequences: Sequences that were played without an error.
        num_failed: Sequences that an error cost.
    """

    explorer: str
    exploiter: str
    boundary: int
    handed: Handed
    tail: Estimate
    num_sequences: int
    num_failed: int


@frozen(kw_only=True)
class Efficiency:
    """A relative difference of tail rewards, paired by seed.

    Attributes:
        kind: `exploration` (another explorer), `exploitation` (another exploiter) or `notes` (the
            same two, but a history was handed over).
        explorer: Of the hand-off in question.
        exploiter: Of the hand-off in question.
        baseline: Who takes the explorer's or exploiter's place in the hand-off it is related to;
            empty for `notes`.
        boundary: K.
        handed: What was handed over in the hand-off in question.
        estimate: (T2 - T1) / T1 with its interval over sequences.
        baseline_total: T1, the sum over the paired sequences.
        total: T2.
        num_sequences: Sequences that were played without an error on both sides.
        num_failed: Sequences that an error on either side cost.
        undefined: Why there is no estimate or no interval; empty if there are both.
    """

    kind: Kind
    explorer: str
    exploiter: str
    baseline: str = ""
    boundary: int
    handed: Handed
    estimate: Estimate
    baseline_total: float
    total: float
    num_sequences: int
    num_failed: int
    undefined: str = ""


@frozen(kw_only=True)
class HandOffReport:
    """Everything that was measured by handing sequences over.

    Attributes:
        env_id: What was played.
        split: Stream of the sequences.
        num_sequences: Sequences that were to be played by each pair.
        confidence: Probability that the intervals stand for.
        num_resamples: Bootstrap resamples.
        cells: Every pair of explorer and exploiter at every K.
        efficiencies: Every relative difference between them, kind by kind.
    """

    env_id: str
    split: str
    num_sequences: int
    confidence: float = CONFIDENCE
    num_resamples: int = NUM_RESAMPLES
    cells: tuple[Cell, ...]
    efficiencies: tuple[Efficiency, ...]


def tail_rewards(trajectories: Iterable[Trajectory], boundaries: Sequence[int]) -> Tails:
    """T(X→Y, K) of every sequence: the rewards after each hand-off, summed.

    Failed sequences are left out. What an agent earned on its own after task K is under
    `HandOff(agent, agent, K)`.

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


def cell(tails: Tails, hand_off: HandOff, num_sequences: int) -> Cell:
    """What a hand-off earned, of the sequences that were to be played."""
    found = tails.get(hand_off, {})
    rows = [(found[seed], 1.0) for seed in sorted(found)]
    return Cell(
        explorer=hand_off.explorer,
        exploiter=hand_off.exploiter,
        boundary=hand_off.boundary,
        handed=hand_off.handed,
        tail=bootstrap(np.array(rows).reshape(-1, 2), quotients)[0],
        num_sequences=len(rows),
        num_failed=num_sequences - len(rows),
    )


def efficiency(
    tails: Tails, kind: Kind, hand_off: HandOff, baseline: str, num_sequences: int
) -> Efficiency:
    """(T2 - T1) / T1 over the seeds that both have; seeds are resampled in pairs.

    Args:
        tails: What `tail_rewards` gave.
        kind: What is exchanged.
        hand_off: Whose sum is T2.
        baseline: Who takes a place in it for T1; unused for `notes`.
        num_sequences: How many sequences were to be played.
    """
    related = _related(kind, hand_off, baseline)
    first, second = tails.get(related, {}), tails.get(hand_off, {})
    seeds = sorted(first.keys() & second.keys())
    totals = np.array([(first[seed], second[seed]) for seed in seeds]).reshape(-1, 2)
    estimate = bootstrap(totals, relative_change)[0]
    return Efficiency(
        kind=kind,
        explorer=hand_off.explorer,
        exploiter=hand_off.exploiter,
        baseline="" if kind == "notes" else baseline,
        boundary=hand_off.boundary,
        handed=hand_off.handed,
        estimate=estimate,
        baseline_total=float(totals[:, 0].sum()),
        total=float(totals[:, 1].sum()),
        num_sequences=len(seeds),
        num_failed=num_sequences - len(seeds),
        undefined=_why_undefined(estimate, related, len(seeds)),
    )


def _related(kind: Kind, hand_off: HandOff, baseline: str) -> HandOff:
    if kind == "exploration":
        return evolve(hand_off, explorer=baseline)
    if kind == "exploitation":
        return evolve(hand_off, exploiter=baseline)
    return evolve(hand_off, handed="history")


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
