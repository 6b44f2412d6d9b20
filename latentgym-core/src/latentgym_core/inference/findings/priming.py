"""What a history does to its reader beyond what it tells about z.

Two agents A and B explored K tasks, and C played on from either history. T(X→C) is what C earned,
TB(h_X) what the Bayes player earns from the same histories. With

    explore = T(A→C) / T(B→C) - 1           of the hand-off between agents
    bayes   = TB(h_A) / TB(h_B) - 1         what an ideal reader makes of it
    priming = (1 + explore) / (1 + bayes) - 1

priming is zero if C profits from A's history as an ideal reader does. All three are over the same
seeds, resampled together.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
from attrs import frozen

from latentgym_core.handoff.efficiency import Tails, tail_rewards
from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.metrics.bootstrap import Array, bootstrap
from latentgym_core.metrics.records import Estimate
from latentgym_core.records.hand_off_name import HandOff, parse_hand_off
from latentgym_core.records.trajectory import Trajectory

BayesTails = Mapping[str, Mapping[int, Sequence[float]]]
"""Agent, then seed, to what the Bayes player earns after each K of the agent's tasks."""


@frozen(kw_only=True)
class Priming:
    """Explorer A against explorer B, in the hands of C.

    Attributes:
        k: Tasks that were explored.
        a: Explorer A.
        b: Explorer B.
        exploiter: C.
        num_sequences: Seeds that all plays share.
        explore: Of the hand-off between agents, as a share.
        bayes: The same in the hands of the Bayes player.
        priming: Their quotient, less 1.
    """

    k: int
    a: str
    b: str
    exploiter: str
    num_sequences: int
    explore: Estimate
    bayes: Estimate
    priming: Estimate


def primings(
    trajectories: Iterable[Trajectory], analyses: Iterable[SequenceAnalysis]
) -> tuple[Priming, ...]:
    """Compare explorers in the hands of every exploiter.

    Args:
        trajectories: Whole plays and hand-offs of one environment and split.
        analyses: Of the whole plays.
    """
    played = list(trajectories)
    handed = [named for each in played if (named := parse_hand_off(each.agent)) is not None]
    tails = tail_rewards(played, sorted({each.boundary for each in handed}))
    bayes: dict[str, dict[int, Sequence[float]]] = {}
    for each in analyses:
        if each.bayes_tails is not None:
            bayes.setdefault(each.agent, {})[each.seed] = each.bayes_tails
    places = dict.fromkeys(
        (each.boundary, each.exploiter) for each in handed if each.handed == "history"
    )
    return tuple(
        found
        for k, exploiter in sorted(places)
        for b, a in combinations(bayes, 2)
        if (found := _priming(tails, bayes, (a, b), exploiter, k)) is not None
    )


def _priming(
    tails: Tails, bayes: BayesTails, explorers: tuple[str, str], exploiter: str, k: int
) -> Priming | None:
    a, b = explorers
    own = [tails.get(HandOff(explorer, exploiter, k), {}) for explorer in explorers]
    seeds = sorted(own[0].keys() & own[1].keys() & bayes[a].keys() & bayes[b].keys())
    if not seeds:
        return None
    rows = [(own[0][s], own[1][s], bayes[a][s][k], bayes[b][s][k]) for s in seeds]
    explore, ideal, quotient = bootstrap(np.array(rows), _shares)
    return Priming(
        k=k,
        a=a,
        b=b,
        exploiter=exploiter,
        num_sequences=len(seeds),
        explore=explore,
        bayes=ideal,
        priming=quotient,
    )


def _shares(sums: Array) -> Array:
    agents_a, agents_b, bayes_a, bayes_b = np.moveaxis(sums, -1, 0)
    explore, ideal = agents_a / agents_b, bayes_a / bayes_b
    return np.stack([explore - 1, ideal - 1, explore / ideal - 1], axis=-1)
