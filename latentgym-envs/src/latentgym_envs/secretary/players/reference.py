"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
from attrs import evolve, frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.beliefs import FloatArray
from latentgym_core.families.strand import current_strand
from latentgym_envs.secretary.action import Action, Parsing, parse_action
from latentgym_envs.secretary.classic import is_record, passed_over
from latentgym_envs.secretary.clues import Values, seen_values
from latentgym_envs.secretary.env import Secretary
from latentgym_envs.secretary.likelihood import place_likelihood
from latentgym_envs.secretary.placing import SHARED_TOP, Top
from latentgym_envs.secretary.players.stopping import consolation, continuation, expected_top, row

ACCEPT, CONTINUE = "[accept]", "[continue]"
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


@frozen(eq=False)
class Outlook:
    """What is expected of the current task.

    Attributes:
        weights: Relative probability of each place for the greatest value; shape [N].
        law: The same without what the size of the values says; None where the latent speaks of
            values and not of places.
        top: How the greatest value got to its place, see `placing`.
    """

    weights: FloatArray
    law: FloatArray | None
    top: Top


@frozen
class Worth:
    """What the two moves are worth, as expected rewards.

    Attributes:
        accept: Of taking the value on offer.
        go_on: Of passing it over.
        chance: Probability that it is the greatest of all.
    """

    accept: float
    go_on: float
    chance: float


@frozen(kw_only=True)
class _Planner(Player):
    """Accepts when that is worth more than playing on, by what it knows of the greatest value.

    The law of its place is the latent's own (`foresee`); what playing on is worth is the
    approximation of `stopping`, or, where the family says which values can be the greatest, the
    optimistic one that z will be known from now on.
    """

    def _weigh(self, view: SequenceView, outlook: Outlook | None) -> Worth | None:
        """What the moves are worth; None if nothing is expected, or what was seen refutes it."""
        if outlook is None or not outlook.weights.any():
            return None
        seen, num_values = seen_values(view.visible, view.turns), view.visible["num_values"]
        weights, total = outlook.weights, outlook.weights.sum()
        place, partial = len(seen) - 1, game_of(view).partial
        now = weights[place] / total
        past, later = weights[:place].sum() / total, weights[place + 1 :].sum() / total
        if outlook.law is not None and later:
            law = outlook.law.copy()
            law[: place + 1] = 0.0
            onward = self._onward(law, outlook.top, partial, seen)
        else:
            onward = 1.0
        passed = partial * consolation(num_values - 1 - place)
        credit = _credit(seen, num_values, outlook.top, past, later)
        accept = float(now + partial * credit)
        if place == num_values - 1:  # taken, whatever the reply
            return Worth(accept, accept, float(now))
        return Worth(accept, float(later * onward + (now + past) * passed), float(now))

    def _blindly(self, view: SequenceView) -> Worth:
        """What the moves are worth if values are independent, uniform and of unknown order."""
        seen, num_values = seen_values(view.visible, view.turns), view.visible["num_values"]
        likelihood = place_likelihood(seen, num_values, "exchanged")
        worth = self._weigh(view, Outlook(likelihood, np.ones(num_values), "exchanged"))
        assert worth is not None, "some order explains any values"
        return worth

    def _onward(self, law: FloatArray, top: Top, partial: float, seen: Values) -> float:
        """Value of playing on if the greatest value is still to come."""
        shares = tuple(np.round(law / law.sum(), 6).tolist())
        table = continuation(shares, top, partial)
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
        law = current_strand(view).told(truth, with_turns=True)
        worth = None if law is None else self._weigh(view, _outlook(view, law))
        if worth is None and truth is not None:
            return _move(len(seen_values(view.visible, view.turns)) - 1 == truth.task.best)
        worth = worth or self._blindly(view)
        return _move(worth.accept >= worth.go_on)


@frozen(kw_only=True)
class _Learner(_Planner):
    """A planner that is told nothing."""

    @abstractmethod
    def weigh(self, view: SequenceView) -> Worth:
        """What it takes the two moves to be worth."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Accept what is worth it."""
        del truth, rng
        worth = self.weigh(view)
        return _move(worth.accept >= worth.go_on)

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By expected reward."""
        del truth
        worth, parsing = self.weigh(view), game_of(view).parsing
        return [_appraise(worth, parse_action(reply, parsing), parsing) for reply in replies]


@frozen(kw_only=True)
class Blind(_Learner):
    """Plays every task as if its values were independent and uniform, in any order."""

    def weigh(self, view: SequenceView) -> Worth:
        """By this task alone."""
        return self._blindly(view)


@frozen(kw_only=True)
class Bayes(_Learner):
    """Knows the family, not z: infers it from all tasks and stops by the best tractable rule.

    Presets that fix z are played like the open family they belong to. Where what was told is
    impossible under the family, it plays as the blind player does.
    """

    def weigh(self, view: SequenceView) -> Worth:
        """By the posterior."""
        law = current_strand(view).inferred(with_turns=True)
        return self._weigh(view, _outlook(view, law)) or self._blindly(view)


@frozen(kw_only=True)
class Forgetful(_Learner):
    """Knows the family and plays every task like `Bayes` plays the first one.

    What `Bayes` earns more is what learning from task to task is worth.
    """

    def weigh(self, view: SequenceView) -> Worth:
        """By the prior and this task's values."""
        alone = evolve(current_strand(view), tasks=(), index=0)
        law = alone.inferred(with_turns=True)
        return self._weigh(view, _outlook(view, law)) or self._blindly(view)


def _outlook(view: SequenceView, law: Law) -> Outlook:
    """What a law of the greatest value's place, by the values shown so far, leads to."""
    num_values = view.visible["num_values"]
    weights, top, is_judged = np.zeros(num_values), SHARED_TOP, False
    for greatest, share in law.items():
        weights[greatest.place] += share
        top, is_judged = greatest.top, greatest.is_judged
    if is_judged:
        return Outlook(weights, None, top)
    likelihood = place_likelihood(seen_values(view.visible, view.turns), num_values, top)
    places = np.divide(weights, likelihood, out=np.zeros(num_values), where=likelihood > 0)
    return Outlook(weights, places, top)


def game_of(view: SequenceView) -> Secretary:
    """The game of the current task."""
    if not isinstance(view.core_env, Secretary):
        raise AgentError(f"This player plays secretary, not {view.core_env_name}.")
    return view.core_env


def _appraise(worth: Worth, action: Action | None, parsing: Parsing) -> Appraisal | None:
    """Judge a move; under `lenient` whatever is no move passes the value over."""
    if action == "accept":
        return Appraisal(worth.accept, worth.chance)
    return Appraisal(worth.go_on) if action or parsing == "lenient" else None


def _credit(seen: Values, num_values: int, top: Top, past: float, later: float) -> float:
    """Expected share of the greatest value that the current one has, if it is not the greatest."""
    record, value = max(seen), seen[-1]
    unseen = num_values - len(seen)
    credit = past * value / record if record else 0.0
    if later and unseen:
        credit += later * min(1.0, value / float(expected_top(np.array(record), unseen, top)))
    return credit
