"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import current_strand
from latentgym_envs.number_guessing.clues import (
    evidence,
    feasible,
    learned,
    middle,
    weighted_median,
)
from latentgym_envs.number_guessing.intervals import Evidence, FloatArray
from latentgym_envs.number_guessing.latents.number_latent import NumberLatent
from latentgym_envs.number_guessing.players.one_step import appraise_guesses

CACHE_SIZE = 256  # evidence changes once a task, so this serves as many sequences at once


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
        if truth is None:
            raise AgentError("The oracle plays only where it is told the truth.")
        here = current_strand(view)
        z = truth.z
        for part in here.path:
            z = z and z[part]  # None stays None
        guess = None
        if z is not None and isinstance(here.latent, NumberLatent):
            guess = middle(here.latent.targets(z), feasible(view.visible, view.turns))
        return f"[{truth.task.target if guess is None else guess}]"


@frozen(kw_only=True)
class Bayes(Player):
    """Knows the family, infers z exactly and guesses the median of what it expects.

    Near-optimal while the number of guesses does not bind. Where a latent offers no exact law, or
    its law is refuted, it halves the feasible range.
    """

    _below: Callable[[NumberLatent[Any], Evidence, int], FloatArray] = field(
        init=False, eq=False, repr=False, factory=lambda: lru_cache(CACHE_SIZE)(_running_sums)
    )

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The weighted median of the predictive law, restricted to what is feasible."""
        here, low = current_strand(view), view.visible["low"]
        guess = None
        if isinstance(here.latent, NumberLatent):
            below = self._below(here.latent, evidence(here.finished), low)
            guess = weighted_median(below, low, feasible(view.visible, view.turns))
        return Midpoint().act(view, truth, rng) if guess is None else f"[{guess}]"


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


def _running_sums(latent: NumberLatent[Any], known: Evidence, low: int) -> FloatArray:
    """Probability that the target is less than low, low + 1, …; shape [numbers + 1]."""
    return np.concatenate(([0.0], np.cumsum(latent.predictive(known, low))))
