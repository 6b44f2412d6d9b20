"""Exact beliefs about `fixed_vector`: which button pays most often, in all tasks the same.

The success probabilities p stay the same, so presses of all tasks count together: with n+ and n-
of them paid and unpaid on a button whose p is uniform over low..high,

    P(presses of the button) = integral of p^n+ (1 - p)^n- dp / (high - low).
"""

import math
from typing import Any

import numpy as np
from attrs import define

from latentgym_core.contract.beliefs import Law
from latentgym_core.families.beliefs import BITS, Listed
from latentgym_envs.bandits.clues import Evidence, Finished
from latentgym_envs.bandits.env import Bandits
from latentgym_envs.bandits.latents.presses import added, log_mean
from latentgym_envs.bandits.rates import ROUNDING, Counts, Payoffs, Rates, density


@define(eq=False)
class BestButton(Listed):
    """Values are the buttons; all success probabilities that one is the best of count as it."""

    def log2_prob(self, z: Any) -> float:
        """Of the best button of a vector."""
        return float(self.log_prob[z.index(max(z))] / BITS)


def vector_beliefs(game: Bandits, finished: Finished) -> BestButton:
    """What is known of the best button.

    Args:
        game: The game, with the buttons of the sequence.
        finished: What the tasks told.
    """
    seen = [each for each in finished if each is not None]
    number = len(game.buttons)
    pressed = _presses(game, finished)
    likelihood = [_log_likelihood(best, game.rates(best), seen, pressed) for best in range(number)]
    prior = np.full(number, -math.log(number))
    return BestButton(range(number), prior, np.array(likelihood))


def _log_likelihood(best: int, rates: Rates, seen: list[Evidence], pressed: Counts) -> float:
    if any(best not in each.candidates for each in seen):
        return -math.inf
    revealed = [each.probabilities for each in seen if each.probabilities]
    log_density = 0.0
    if revealed:
        joint = math.prod(map(density, revealed[0], rates))
        if not joint or len(set(revealed)) > 1:
            return -math.inf
        rates = tuple((value, value) for value in revealed[0])
        log_density = math.log(joint) - (len(revealed) - 1) * len(rates) * math.log(ROUNDING)
    each = (log_mean(count, rate) for count, rate in zip(pressed, rates, strict=False))
    return log_density + math.fsum(each)


def vector_law(game: Bandits, finished: Finished) -> Law:
    """The law of the payoffs, with what presses and feedback told of the probabilities.

    Args:
        game: The game, with the buttons of the sequence.
        finished: What the tasks told.
    """
    held, pressed = vector_beliefs(game, finished), _presses(game, finished)
    revealed = next((each.probabilities for each in finished if each and each.probabilities), ())
    known = tuple((value, value) for value in revealed)
    values = [
        Payoffs(best, known) if known else Payoffs(best, game.rates(best), pressed)
        for best in range(len(game.buttons))
    ]
    return Law.of(values, held.probabilities)


def _presses(game: Bandits, finished: Finished) -> Counts:
    """All presses of tasks that were not revealed, together; empty without any."""
    hidden = [each.counts for each in finished if each and not each.probabilities]
    total: Counts = ((0, 0),) * len(game.buttons)
    for counts in hidden:
        total = tuple(map(added, total, counts))
    return total if any(map(any, total)) else ()
