"""Who is better, pair by pair: differences, wins and losses, and what the pairs leave out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from attrs import evolve, frozen

from latentgym_core.errors import SpecError
from latentgym_core.metrics.bootstrap import (
    CONFIDENCE,
    NUM_RESAMPLES,
    bootstrap,
    quotients,
    unit_totals,
)
from latentgym_core.metrics.comparison import Key, Pair, comparison, pairs_of
from latentgym_core.metrics.measures import AXES
from latentgym_core.metrics.records import Comparison, Estimate
from latentgym_core.metrics.scores import Score
from latentgym_core.registry.env_id import EnvId
from latentgym_core.wording import choices, counted

OF = ("agent", "prompt", "feedback")
"""What may be compared; all else is shared by a pair."""
ANY = "any"
"""Stands in an id for the prompt or feedback that is compared."""
POOLED = "all"
TIE = 1e-9
"""Cumulative rewards closer than this are a tie."""
Axis = Callable[[Score], str]


@frozen(kw_only=True)
class Duel:
    """One side against the baseline.

    Attributes:
        comparison: The differences, over the pairs.
        wins: Pairs in which the side earned more than the baseline.
        ties: Pairs in which both earned the same.
        losses: All other pairs.
        superiority: Probability that the side earns more on a sequence, a tie counting one half:
            (wins + ties / 2) / pairs (McGraw and Wong 1992; ties as Vargha and Delaney 2000).
        num_alone: Sequences that only this side has played.
        num_baseline_alone: Sequences that only the baseline has played.
        num_failed: Plays of either side that an error ended; they make no pair.
    """

    comparison: Comparison
    wins: int
    ties: int
    losses: int
    superiority: Estimate
    num_alone: int
    num_baseline_alone: int
    num_failed: int

    @property
    def warning(self) -> str:
        """What to know before believing the difference; empty if both have played the same."""
        one = self.comparison
        if not (self.num_alone or self.num_baseline_alone or self.num_failed):
            return ""
        failed = f", {counted(self.num_failed, 'play')} failed" if self.num_failed else ""
        where = f"{one.group}: " if one.group else ""
        return (
            f"{where}{one.agent} and {one.baseline} have not played the same; left out: "
            f"{counted(self.num_alone, 'sequence')} of the first, {self.num_baseline_alone:,} of "
            f"the second{failed}; compared: {counted(one.num_pairs, 'pair')}."
        )


@frozen(kw_only=True)
class DuelReport:
    """Every side against the baseline, in every group.

    Attributes:
        of: What is compared, one of `OF`.
        by: What the pairs are grouped by.
        baseline: The side that the others are compared with.
        confidence: Probability that the intervals stand for.
        num_resamples: Bootstrap resamples.
        duels: Group by group, sides in order of appearance.
    """

    of: str
    by: str
    baseline: str
    confidence: float = CONFIDENCE
    num_resamples: int = NUM_RESAMPLES
    duels: tuple[Duel, ...]


def build_duels(
    scores: Iterable[Score],
    *,
    of: str = "agent",
    by: str = "env",
    baseline: str | None = None,
    axes: Mapping[str, Axis] | None = None,
) -> DuelReport:
    """Compare what was played on the same sequences.

    A pair has the same sequence, and the same agent, prompt and feedback but for the one that is
    compared.

    Args:
        scores: Of all plays; hand-offs left out.
        of: What is compared.
        by: Groups of the pairs: an axis, or `all`.
        baseline: The side the others are compared with; None: the first.
        axes: Further axes, by name.

    Raises:
        SpecError: No such axis or side, or fewer than two sides.
    """
    side, key = _sides_and_keys(of)
    axis = _axis(of, by, {**AXES, **(axes or {})})
    groups: dict[str, dict[str, list[Score]]] = {}
    sides: dict[str, None] = {}
    for each in scores:
        groups.setdefault(axis(each), {}).setdefault(side(each), []).append(each)
        sides.setdefault(side(each))
    if len(sides) < 2:
        raise SpecError(
            f"There is one {of} alone, {', '.join(sides) or 'nobody'}; two make a duel."
        )
    chosen = next(iter(sides)) if baseline is None else baseline
    if chosen not in sides:
        raise SpecError(f"No {of} {chosen!r} has played here; there is {choices(chosen, sides)}")
    duels = (
        _duel(group, (chosen, name), (found.get(chosen, []), found[name]), key)
        for group, found in groups.items()
        for name in sides
        if name != chosen and name in found
    )
    return DuelReport(of=of, by=by, baseline=chosen, duels=tuple(duels))


def _sides_and_keys(of: str) -> tuple[Axis, Key]:
    """Which side a score is on, and what it must share with its partner."""
    if of not in OF:
        raise SpecError(f"Cannot compare by {of!r}; there are {', '.join(OF)}.")
    if of == "agent":
        return lambda each: each.agent, lambda each: each.pair_key
    return AXES[of], lambda each: (_masked(each.env_id, of), each.agent, each.split, each.seed)


def _axis(of: str, by: str, axes: Mapping[str, Axis]) -> Axis:
    if by == of:
        raise SpecError(f"Pairs differ in their {of}, so they cannot be grouped by it.")
    if by == POOLED:
        return lambda _: ""
    if by == "agent":
        return lambda each: each.agent
    if by == "env" and of != "agent":
        return lambda each: _masked(each.env_id, of)
    if by not in axes:
        raise SpecError(f"Cannot group by {by!r}; axes are {', '.join((*axes, POOLED))}.")
    return axes[by]


def _masked(env_id: EnvId, of: str) -> str:
    """The id without its prompt or feedback and their parameters."""
    kept = {key: value for key, value in env_id.parameters.items() if not key.startswith(f"{of}.")}
    if of == "prompt":
        return str(evolve(env_id, parameters=kept, prompt=ANY))
    return str(evolve(env_id, parameters=kept, feedback=ANY))


def _duel(
    group: str, names: tuple[str, str], sides: tuple[list[Score], list[Score]], key: Key
) -> Duel:
    """Compare, and count who won; a pair is won by the mean of its plays."""
    found = pairs_of(*sides, key)
    results = [(pair[0][0].sequence_key, _result(pair)) for pair in found if all(pair)]
    count = Counter(result for _, result in results)
    rows = [(sequence, (result, 1.0)) for sequence, result in results]
    return Duel(
        comparison=comparison(group, *sides, names, key),
        wins=count[1.0],
        ties=count[0.5],
        losses=count[0.0],
        superiority=bootstrap(unit_totals(rows, 2), quotients)[0],
        num_alone=sum(not pair[0] for pair in found),
        num_baseline_alone=sum(not pair[1] for pair in found),
        num_failed=sum(each.failed for side in sides for each in side),
    )


def _result(pair: Pair) -> float:
    """1 if the second side won, 0 if the first did, else 0.5."""
    first, second = (np.mean([sum(each.rewards) for each in side]) for side in pair)
    return 0.5 if abs(second - first) <= TIE else float(second > first)
