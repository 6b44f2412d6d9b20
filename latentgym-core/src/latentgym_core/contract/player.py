"""Scripted players and what they think of replies."""

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence

from attrs import evolve, frozen

from latentgym_core.contract.view import SequenceView, Truth


@frozen
class Appraisal:
    """What a player thinks of a reply.

    Attributes:
        score: How good the reply is, in a unit of the player's own; higher is better. Scores of
            one player in one position can be subtracted.
        chance: Probability that the reply solves the task at once.
    """

    score: float
    chance: float = 0.0


class Player(ABC):
    """A scripted player: a function of the public view. Subclasses are `attrs.frozen`."""

    @abstractmethod
    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Reply to the current observation.

        Args:
            view: The public side of the sequence.
            truth: The ground truth if the player is registered as privileged, else None.
            rng: A stream that depends on the sequence's seed and the turn alone.
        """

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> Sequence[Appraisal | None] | None:
        """Judge replies as this player would; what it would reply itself scores highest.

        Measures of history use are made of the difference between two players' judgements: one
        that remembers earlier tasks and one that does not.

        Args:
            view: The public side of the sequence.
            truth: As in `act`.
            replies: Replies to judge, of anybody.

        Returns:
            One judgement for each reply, None for a reply that achieves nothing (invalid, or
            against what is known of this task); None if this player does not judge.
        """
        del view, truth, replies
        return None


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
