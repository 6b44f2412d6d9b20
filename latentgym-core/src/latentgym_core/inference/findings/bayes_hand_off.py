"""The hand-off with the ideal Bayes player as the common partner, from solo runs alone.

T_A(K) is what A earned in tasks K+1..N of its own sequence, T_B(K) the same of B, and TB(h_A, K)
what the Bayes player earns there after A's first K tasks. Then

    explore(K) = TB(h_A, K) / TB(h_B, K) - 1             what A's history is worth more
    exploit(K) = (T_A / TB(h_A)) / (T_B / TB(h_B)) - 1   how much better A uses its own

and (1 + explore)(1 + exploit) = T_A / T_B exactly. `priming` puts the hand-off between two agents
beside it.
"""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from latentgym_core.inference.records import SequenceAnalysis
from latentgym_core.metrics.bootstrap import Array, bootstrap, unit_totals
from latentgym_core.metrics.records import Estimate
from latentgym_core.metrics.scores import sequence_key
from latentgym_core.registry.env_id import EnvId


@frozen(kw_only=True)
class BayesHandOff:
    """Agent A against agent B after K tasks.

    Attributes:
        k: Tasks of the history.
        a: Agent A.
        b: Agent B.
        num_sequences: Sequences that both have played: the units that are resampled.
        explore: What A's history is worth more, as a share.
        exploit: How much better A uses its own, as a share.
        solo: T_A / T_B - 1.
    """

    k: int
    a: str
    b: str
    num_sequences: int
    explore: Estimate
    exploit: Estimate
    solo: Estimate


def bayes_hand_offs(
    a: Sequence[SequenceAnalysis], b: Sequence[SequenceAnalysis]
) -> list[BayesHandOff]:
    """Compare two agents for every K from 1 to N - 1.

    Args:
        a: Analyses of agent A.
        b: Analyses of agent B; those of sequences that A has played too count.
    """
    others = {_key(each): each for each in b if each.bayes_tails is not None}
    pairs = [
        (each, others[_key(each)])
        for each in a
        if each.bayes_tails is not None and _key(each) in others
    ]
    if not pairs:
        return []
    num_tasks = min(len(each.tasks) for pair in pairs for each in pair)
    return [_at(k, pairs) for k in range(1, num_tasks)]


def _at(k: int, pairs: Sequence[tuple[SequenceAnalysis, SequenceAnalysis]]) -> BayesHandOff:
    rows = [(_cluster(one), [*_tails(one, k), *_tails(other, k)]) for one, other in pairs]
    totals = unit_totals(rows, 4)
    explore, exploit, solo = bootstrap(totals, _ratios)
    return BayesHandOff(
        k=k,
        a=pairs[0][0].agent,
        b=pairs[0][1].agent,
        num_sequences=len(totals),
        explore=explore,
        exploit=exploit,
        solo=solo,
    )


def _tails(analysis: SequenceAnalysis, k: int) -> tuple[float, float]:
    """Own tail and the Bayes player's."""
    assert analysis.bayes_tails is not None
    return sum(task.reward for task in analysis.tasks[k:]), analysis.bayes_tails[k]


def _ratios(sums: Array) -> Array:
    own_a, bayes_a, own_b, bayes_b = np.moveaxis(sums, -1, 0)
    explore = bayes_a / bayes_b - 1
    exploit = (own_a / bayes_a) / (own_b / bayes_b) - 1
    return np.stack([explore, exploit, own_a / own_b - 1], axis=-1)


def _key(analysis: SequenceAnalysis) -> tuple[str, str, int]:
    return analysis.env_id, analysis.split, analysis.seed


def _cluster(analysis: SequenceAnalysis) -> object:
    return sequence_key(EnvId.parse(analysis.env_id), analysis.split, analysis.seed)
