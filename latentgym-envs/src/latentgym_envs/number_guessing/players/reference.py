"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Sequence

from attrs import frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.families.strand import current_strand
from latentgym_envs.number_guessing.clues import feasible, learned
from latentgym_envs.number_guessing.players.outlook import (
    appraise_guesses,
    median,
    most_informative,
)


@frozen(kw_only=True)
class Midpoint(Player):
    """Halves the feasible range in every task and remembers nothing."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The middle of what the answers of this task leave."""
        del truth, rng
        low, high = feasible(view.visible, view.turns)
        return f"[{(low + high) // 2}]"

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By the one-step score, with all feasible numbers alike."""
        del truth
        return appraise_guesses(None, view, replies)


@frozen(kw_only=True)
class Oracle(Player):
    """Knows z: halves the targets that z allows, which is the best anybody can do on average.

    Where z says nothing to it (a fixed list of tasks, a record without z) it knows the target.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The median of the possible targets that are left."""
        del rng
        law = current_strand(view).told(truth)
        guess = law and median(law, feasible(view.visible, view.turns), view.visible)
        return f"[{truth.task.target if truth and guess is None else guess}]"


@frozen(kw_only=True)
class Bayes(Player):
    """Knows the family, infers z exactly and guesses the median of what it expects.

    Near-optimal while the number of guesses does not bind. Where what was told is impossible under
    the family, it halves the feasible range.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The median of the law of the target, restricted to what is feasible."""
        law = current_strand(view).inferred()
        guess = median(law, feasible(view.visible, view.turns), view.visible)
        return Midpoint().act(view, truth, rng) if guess is None else f"[{guess}]"


@frozen(kw_only=True)
class OneStep(Player):
    """Knows the family, infers z exactly and guesses by the one-step score, see `outlook`.

    Where what was told is impossible under the family, every number is alike to it.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The guess of the highest score."""
        del truth, rng
        return f"[{most_informative(current_strand(view).inferred(), view)}]"

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By the one-step score."""
        del truth
        return appraise_guesses(current_strand(view).inferred(), view, replies)


@frozen(kw_only=True)
class RepeatLast(Player):
    """Tries the targets of earlier tasks, the latest first, then halves the feasible range."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The latest known target that can still be right, else the middle."""
        low, high = feasible(view.visible, view.turns)
        for task in reversed(view.history):
            if task.core_env_name == view.core_env_name:
                first, last = learned(task)
                if low <= first == last <= high:
                    return f"[{first}]"
        return Midpoint().act(view, truth, rng)


@frozen(kw_only=True)
class RepeatAny(Player):
    """Tries the targets of earlier tasks in no order, then halves the feasible range.

    Unlike `RepeatLast` it has to look at all of the history, so it is the better teacher of
    recalling what was seen.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Some known target that can still be right, each task as likely; else the middle."""
        low, high = feasible(view.visible, view.turns)
        tasks = (task for task in view.history if task.core_env_name == view.core_env_name)
        known = [first for first, last in map(learned, tasks) if low <= first == last <= high]
        return f"[{rng.choice(known)}]" if known else Midpoint().act(view, truth, rng)


@frozen(kw_only=True)
class Random(Player):
    """Any number of the visible range, whatever was answered."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """A uniform legal guess."""
        del truth
        return f"[{rng.randint(view.visible['low'], view.visible['high'])}]"
