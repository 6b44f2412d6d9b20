"""How good a reply is, by what a player believes of the buttons.

With c the probability that a button is the best,

    S(press it) = c                        S(choose it) = c - max(0, e - c),

where e is the probability that is enough for a choice on this turn: a choice that comes too soon
is charged again for what it lacks. So the best reply is to press the likeliest button, and from
c >= e on choosing it is as good: a press too many costs a turn, which is little. Once a press can
tell nothing more, a choice costs nothing either.
"""

from collections.abc import Sequence

from latentgym_core.contract.player import Appraisal
from latentgym_core.contract.view import SequenceView
from latentgym_envs.bandits.env import Bandits, State
from latentgym_envs.bandits.task import Task


def appraise_replies(
    game: Bandits,
    view: SequenceView,
    replies: Sequence[str],
    chances: Sequence[float],
    enough: float,
) -> list[Appraisal | None]:
    """Judge replies.

    Args:
        game: The game.
        view: The position.
        replies: What may be replied.
        chances: Probability of each button to be the best, shape [K].
        enough: Probability from which on a choice costs nothing.
    """
    buttons, max_turns = tuple(view.visible["buttons"]), view.visible["max_turns"]
    task = Task(probabilities=(0.0,) * len(buttons), buttons=buttons, max_turns=max_turns)
    state = State(task=task, key=0, turns=len(view.turns))
    judged: list[Appraisal | None] = []
    for reply in replies:
        _, result = game.step(state, reply)  # what a reply means does not depend on the task
        kind, button = result.facts["kind"], result.facts["button"]
        if button is None:
            judged.append(None)
            continue
        chance = chances[buttons.index(button)]
        if kind == "press":
            judged.append(Appraisal(chance))
        else:
            judged.append(Appraisal(chance - max(0.0, enough - chance), chance))
    return judged
