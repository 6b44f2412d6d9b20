"""Scripted reference players. They read the public view; the oracle also reads z.

All but the round robin press the button that is most likely the best, and choose it as soon as
they are sure enough. Except for the thorough one, that is when its probability is at least
1 - decay * (6 + 2n/3) on turn n, which is 0.9 - 0.01 n with the usual decay. Among simple rules
this was the best in simulation, for decays from 0 to 0.05; it makes the players near-optimal, not
optimal.
"""

import random
from collections.abc import Sequence

from attrs import field, frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.validators import fraction, whole_number
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.law_player import Knows, LawPlayer
from latentgym_envs.bandits.clues import counts_of, with_buttons
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.presses import chance_of
from latentgym_envs.bandits.players.appraisal import appraise_replies
from latentgym_envs.bandits.rates import Counts, Payoffs

ROUNDING = 1e-9  # of chances that are equal but for the order of their sums


@frozen(kw_only=True)
class Forecaster(LawPlayer):
    """A player with an opinion, before the first press, about which button is the best."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Press or choose a button that is most likely the best."""
        chances = self.chances(view, truth)
        final = max(chances) >= self.enough(view)
        return _reply(view, _any_highest(view.visible["buttons"], chances, rng), final=final)

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None]:
        """By the probability that a button is the best, see `appraisal`."""
        chances = self.chances(view, truth)
        return appraise_replies(game_of(view), view, replies, chances, self.enough(view))

    def enough(self, view: SequenceView) -> float:
        """Probability with which a button is chosen; any, once a press tells nothing more."""
        turn = len(view.turns) + 1
        return 0.0 if _due(view) else 1 - game_of(view).decay * (6 + 2 * turn / 3)

    def chances(self, view: SequenceView, truth: Truth | None) -> list[float]:
        """Probability of each button to be the best, shape [K]; as if blind if the law is wrong."""
        counts = counts_of(view.turns, view.visible["buttons"])
        law = self.law(view, truth)
        chances = _chances(law, counts) if law else []
        return chances if any(chances) else _chances(_usual(view), counts)


@frozen(kw_only=True)
class Blind(Forecaster):
    """Knows the game's usual rates and nothing else: every task is the first to it."""


@frozen(kw_only=True)
class Bayes(Forecaster):
    """Knows the family, and infers z and the best button from all it was told.

    The inference is exact but for one family: under `markov` the worst button of a task is judged
    on a grid of rates. What it presses is the best guess for this task: it never explores for the
    sake of later ones.
    """

    knows: Knows = field(default="family", init=False)


@frozen(kw_only=True)
class Thorough(Bayes):
    """Infers as Bayes does, but presses until it is sure, whatever that costs the task.

    Where waiting is dear this pays for the tasks that follow: it gives up the first one to find
    out z, while Bayes guesses at once in every task and learns from its misses alone.

    Attributes:
        sure: Probability with which a button is chosen.
    """

    sure: float = field(default=0.95, validator=fraction)

    def enough(self, view: SequenceView) -> float:
        """The same on every turn but the last one that a press tells something on."""
        return 0.0 if _due(view) else self.sure


@frozen(kw_only=True)
class Oracle(Forecaster):
    """Knows z, and what it says about the best button, but not the task.

    Where z says nothing to it (a fixed list of tasks, a record without z) it knows the button.
    """

    knows: Knows = field(default="z", init=False)

    def law(self, view: SequenceView, truth: Truth | None) -> Law | None:
        """What z and the tasks before lead to, or the button."""
        law = super().law(view, truth)
        if law is None and truth is not None:
            return Law.of((view.core_env.secret(truth.task),), (1.0,))
        return law


@frozen(kw_only=True)
class RoundRobin(Player):
    """Presses every button equally often, then chooses the one that paid most.

    Attributes:
        presses: Presses of each button.
    """

    presses: int = field(default=4, validator=whole_number(1))

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next button in turn, or the choice."""
        del truth
        buttons, played = view.visible["buttons"], len(view.turns)
        if played < self.presses * len(buttons) and not _due(view):
            return _reply(view, buttons[played % len(buttons)], final=False)
        paid = [count[0] for count in counts_of(view.turns, buttons)]
        return _reply(view, _any_highest(buttons, paid, rng), final=True)


def game_of(view: SequenceView) -> Bandits:
    """The game, with the buttons that the current task has."""
    if not isinstance(view.core_env, Bandits):
        raise AgentError(f"This player plays bandits, not {view.core_env_name}.")
    return with_buttons(view.core_env, view.visible["buttons"])


def _reply(view: SequenceView, button: str, *, final: bool) -> str:
    """A choice, or a press; where there are no selections, a press is all there is."""
    return f"[select {button}]" if final and not game_of(view).final_press_only else f"[{button}]"


def _due(view: SequenceView) -> bool:
    """Whether one more press would tell nothing.

    That is so on the last turn, and on the one before where the notice takes the answer's place.
    """
    max_turns: int = view.visible["max_turns"]
    silent = game_of(view).budget_notice == "replaces"
    return len(view.turns) + 1 >= max_turns - silent


def _any_highest(buttons: Sequence[str], scores: Sequence[float], rng: random.Random) -> str:
    """A button with the highest score; any of those that share it, so that none is favoured."""
    highest = max(scores)
    return rng.choice(
        [b for b, score in zip(buttons, scores, strict=True) if score > highest - ROUNDING]
    )


def _usual(view: SequenceView) -> Law:
    """Any button may be the best, with the game's usual rates."""
    game = game_of(view)
    buttons = range(len(game.buttons))
    return Law.of([Payoffs(best, game.rates(best)) for best in buttons], [1.0] * len(buttons))


def _chances(law: Law, counts: Counts) -> list[float]:
    """Probability of each button to be the best, after the presses of the current task.

    Returns:
        Shape [K]; all zero if the presses are impossible under the law.
    """
    chances = [0.0] * len(counts)
    for payoffs, share in law.items():
        chances[payoffs.best] += share * chance_of(counts, payoffs)
    total = sum(chances)
    return [chance / total for chance in chances] if total else chances
