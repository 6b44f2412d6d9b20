"""Judgements of replies that agree with what a player would reply itself."""

from collections.abc import Sequence

from attrs import evolve

from latentgym_core.agents.base import Appraisal

NOTHING = 1e-9  # a score that is a rounding error


def appraisals(scored: Sequence[Appraisal | None], own: Appraisal) -> list[Appraisal | None]:
    """What a player makes of scores: nothing is better than its own choice.

    A player that compares only some of the moves, or goes by a simpler measure, may overlook one
    that scores more; that one is as good as its own.

    Args:
        scored: What replies score, None for one that achieves nothing.
        own: What the player's own choice scores.
    """
    return [each and evolve(each, score=min(each.score, own.score)) for each in scored]


def useful(scored: Appraisal) -> Appraisal | None:
    """None for a reply that scores nothing."""
    return scored if scored.score > NOTHING else None
