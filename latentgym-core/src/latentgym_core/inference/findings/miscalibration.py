"""Miscalibration: an agent that is told the family of the latent, and earns less for it.

A single pair of runs says little: of recorded pairs 26 % lose by full information, and 29 % win.
So the test is for groups, the same agent on the same sequences under `full_info` and `some_info`:
it is miscalibrated if the upper end of the 95 % interval of the mean difference of reward per task
lies below 0, with at least five pairs.
"""

from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen

from latentgym_core.inference.records import Label, SequenceAnalysis
from latentgym_core.metrics.bootstrap import Array, bootstrap, unit_totals
from latentgym_core.metrics.records import Estimate
from latentgym_core.metrics.scores import sequence_key
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import counted

FULL, SOME = "full_info", "some_info"
MIN_PAIRS = 5
CLEAR_LOSS = 0.05  # reward per task of one pair, for a sequence to serve as an example
MORE_FUTILE = 0.05  # share of replies that achieve nothing
FASTER = 0.15  # share of turns

Pair = tuple[SequenceAnalysis, SequenceAnalysis]
"""The same sequence under full and under some information."""


@frozen(kw_only=True)
class Harm:
    """What full information did to an agent in one group.

    Attributes:
        agent: Who played.
        group: Core env, latent and feedback.
        num_pairs: Sequences played under both prompts.
        difference: Reward per task under full less under some information.
        kind: `invalid replies`, `commits earlier`, `slower` or `other`: what changed most.
        miscalibrated: Whether the test says so.
    """

    agent: str
    group: str
    num_pairs: int
    difference: Estimate
    kind: str
    miscalibrated: bool


def find_harm(analyses: Sequence[SequenceAnalysis]) -> list[Harm]:
    """Test every agent, game, latent and feedback that was played under both prompts."""
    return [
        _harm(agent, group, pairs)
        for (agent, group), pairs in _pairs(analyses).items()
        if len(pairs) >= MIN_PAIRS
    ]


def label_harm(analyses: Sequence[SequenceAnalysis]) -> list[SequenceAnalysis]:
    """Add the label to the sequences that lose clearly in a miscalibrated group."""
    found = {(harm.agent, harm.group): harm for harm in find_harm(analyses) if harm.miscalibrated}
    labels: dict[int, Label] = {}
    for key, pairs in _pairs(analyses).items():
        if key in found:
            for full, some in pairs:
                lost = _mean_reward(full) - _mean_reward(some)
                if lost <= -CLEAR_LOSS:
                    labels[id(full)] = _label(found[key], full, some, lost)
    return [
        evolve(each, labels=(*each.labels, labels[id(each)])) if id(each) in labels else each
        for each in analyses
    ]


def _pairs(analyses: Sequence[SequenceAnalysis]) -> dict[tuple[str, str], list[Pair]]:
    sides: dict[tuple[str, str, object], dict[str, SequenceAnalysis]] = {}
    for each in analyses:
        env_id = EnvId.parse(each.env_id)
        group = f"{'+'.join(env_id.core_envs)}/{env_id.latent}/{env_id.feedback}"
        sequence = sequence_key(env_id, each.split, each.seed)
        sides.setdefault((each.agent, group, sequence), {})[env_id.prompt] = each
    found: dict[tuple[str, str], list[Pair]] = {}
    for (agent, group, _), prompts in sides.items():
        if FULL in prompts and SOME in prompts and prompts[FULL].tasks and prompts[SOME].tasks:
            found.setdefault((agent, group), []).append((prompts[FULL], prompts[SOME]))
    return found


def _harm(agent: str, group: str, pairs: Sequence[Pair]) -> Harm:
    rows = [(number, [_mean_reward(a) - _mean_reward(b), 1]) for number, (a, b) in enumerate(pairs)]
    (difference,) = bootstrap(unit_totals(rows, 2), _mean)
    return Harm(
        agent=agent,
        group=group,
        num_pairs=len(pairs),
        difference=difference,
        kind=_kind(pairs),
        miscalibrated=difference.high is not None and difference.high < 0,
    )


def _kind(pairs: Sequence[Pair]) -> str:
    futile = np.mean([_futile(a) - _futile(b) for a, b in pairs])
    full, some = (sum(len(pair[side].turns) for pair in pairs) for side in (0, 1))
    change = full / some - 1 if some else 0.0
    if futile >= MORE_FUTILE:
        return "invalid replies"
    if change <= -FASTER:
        return "commits earlier"
    return "slower" if change >= FASTER else "other"


def _label(harm: Harm, full: SequenceAnalysis, some: SequenceAnalysis, lost: float) -> Label:
    worst = max(
        zip(full.tasks, some.tasks, strict=False), key=lambda pair: pair[1].reward - pair[0].reward
    )[0]
    low, high = harm.difference.low, harm.difference.high
    return Label(
        mode="miscalibration",
        kind=harm.kind,
        task_index=worst.index,
        sentence=(
            f"Told the family, the agent earns {-lost:.3f} a task less than without on this "
            f"sequence, most of it in task {worst.index + 1}; over "
            f"{counted(harm.num_pairs, 'sequence')} the difference is "
            f"{harm.difference.value:.3f} [{low:.3f}, {high:.3f}]."
        ),
        numbers={"pair_difference": lost, "group_difference": harm.difference.value or 0.0},
    )


def _mean_reward(analysis: SequenceAnalysis) -> float:
    return sum(task.reward for task in analysis.tasks) / len(analysis.tasks)


def _futile(analysis: SequenceAnalysis) -> float:
    judged = [turn.achieves for turn in analysis.turns if turn.achieves is not None]
    return judged.count(False) / len(judged) if judged else 0.0


def _mean(sums: Array) -> Array:
    return sums[..., :1] / sums[..., 1:]
