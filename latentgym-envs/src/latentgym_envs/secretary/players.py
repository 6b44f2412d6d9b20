"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from latentgym_core.agents.base import Player
from latentgym_core.errors import AgentError
from latentgym_core.view import SequenceView, Truth
from latentgym_envs.secretary.classic import is_record, passed_over
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.inference import Inference
from latentgym_envs.secretary.likelihood import FloatArray
from latentgym_envs.secretary.observed import Strand, Values, seen_values, strand
from latentgym_envs.secretary.placing import Top
from latentgym_envs.secretary.secretary_latent import SecretaryLatent
from latentgym_envs.secretary.stopping import consolation, continuation, expected_top, row

ACCEPT, CONTINUE = "[accept]", "[continue]"
CACHE_SIZE = 256
SHORTCUT_SKIP = 0.6  # share of the values; the best one if a shown 1.0000 is taken at once


def _move(accept: bool) -> str:
    return ACCEPT if accept else CONTINUE


@frozen(kw_only=True)
class Classic(Player):
    """Lets a share of 1/e of the values pass, then takes the first that beats them all.

    By chance it cannot miss a raised greatest value at the first place that it may take (3 of
    0..9): there nobody who has to learn can keep up with it.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Accept a record."""
        del truth, rng
        seen = seen_values(view.visible, view.turns)
        return _move(is_record(seen, passed_over(view.visible["num_values"])))


@frozen(kw_only=True)
class Shortcut(Player):
    """Takes a 1.0000 at once, which published latents give away; else waits for a late record."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Accept a 1.0000 or a record of the last values."""
        del truth, rng
        seen = seen_values(view.visible, view.turns)
        skip = round(SHORTCUT_SKIP * view.visible["num_values"])
        return _move(seen[-1] == 1.0 or is_record(seen, skip))


@frozen(kw_only=True)
class _Planner(Player):
    """Accepts when that is worth more than playing on, by what it knows of the greatest value.

    Inference about its place is exact as far as `Inference` says; what playing on is worth is the
    approximation of `stopping`, or, where the family says which values can be the greatest, the
    optimistic one that z will be known from now on.
    """

    _inference: Callable[..., Inference] = field(
        init=False, eq=False, repr=False, factory=lambda: lru_cache(CACHE_SIZE)(Inference)
    )
    _continuation: Callable[..., FloatArray] = field(
        init=False, eq=False, repr=False, factory=lambda: lru_cache(CACHE_SIZE)(continuation)
    )

    def _accepts(self, view: SequenceView, here: Strand, z: Any) -> bool | None:
        """Whether to accept; None if the latent tells nothing, or what was seen refutes it."""
        game = view.core_env
        if not (isinstance(game, Secretary) and isinstance(here.latent, SecretaryLatent)):
            return None
        seen, num_values = seen_values(view.visible, view.turns), view.visible["num_values"]
        inference = self._inference(here.latent, num_values, z)
        weights = inference.weights(here.finished, seen)
        total = weights.sum()
        if not total > 0:
            return None
        place, partial = len(seen) - 1, game.partial
        now = weights[place] / total
        past, later = weights[:place].sum() / total, weights[place + 1 :].sum() / total
        if inference.places and later:
            law = inference.law(here.finished, seen)
            law[: place + 1] = 0.0
            onward = self._onward(law, inference.top, partial, seen)
        else:
            onward = 1.0
        passed = partial * consolation(num_values - 1 - place)
        credit = _credit(seen, num_values, inference.top, past, later)
        return bool(now + partial * credit >= later * onward + (now + past) * passed)

    def _onward(self, law: FloatArray, top: Top, partial: float, seen: Values) -> float:
        """Value of playing on if the greatest value is still to come."""
        shares = tuple(np.round(law / law.sum(), 6).tolist())
        table = self._continuation(shares, top, partial)
        return float(table[len(seen)][row(max(seen))])


@frozen(kw_only=True)
class Oracle(_Planner):
    """Knows z; in families with a memory it infers the places of earlier tasks.

    Where z says nothing to it (a fixed list of tasks, a record without z) it knows the greatest
    value.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Accept what z makes worth it."""
        del rng
        if truth is None:
            raise AgentError("The oracle plays only where it is told the truth.")
        here = strand(view)
        z = truth.z
        for part in here.path:
            z = z and z[part]  # None stays None
        accepts = None if z is None else self._accepts(view, here, z)
        if accepts is None:
            accepts = len(seen_values(view.visible, view.turns)) - 1 == truth.task.best
        return _move(accepts)


@frozen(kw_only=True)
class Bayes(_Planner):
    """Knows the family, not z: infers it from all tasks and stops by the best tractable rule.

    Presets that fix z are played like the open family they belong to. Where a latent offers no
    inference, or is refuted, it plays the classic rule.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Accept what the posterior makes worth it."""
        accepts = self._accepts(view, strand(view), None)
        return Classic().act(view, truth, rng) if accepts is None else _move(accepts)


@frozen(kw_only=True)
class Forgetful(_Planner):
    """Knows the family and plays every task like `Bayes` plays the first one.

    What `Bayes` earns more is what learning from task to task is worth.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Accept what the prior and this task's values make worth it."""
        here = evolve(strand(view), finished=())
        accepts = self._accepts(view, here, None)
        return Classic().act(view, truth, rng) if accepts is None else _move(accepts)


def _credit(seen: Values, num_values: int, top: Top, past: float, later: float) -> float:
    """Expected share of the greatest value that the current one has, if it is not the greatest."""
    record, value = max(seen), seen[-1]
    unseen = num_values - len(seen)
    credit = past * value / record if record else 0.0
    if later and unseen:
        credit += later * min(1.0, value / float(expected_top(np.array(record), unseen, top)))
    return credit
