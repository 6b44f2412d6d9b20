"""What players of mastermind think of replies: information plus chance to be right, in bits."""

import math
from collections.abc import Sequence

import numpy as np

from latentgym_core.contract.player import Appraisal, appraisals, useful
from latentgym_core.contract.view import SequenceView
from latentgym_envs.mastermind.action import parse_guess, read_number
from latentgym_envs.mastermind.clues import moves_of
from latentgym_envs.mastermind.codes import Code
from latentgym_envs.mastermind.env import Mastermind
from latentgym_envs.mastermind.players.search import score_guesses
from latentgym_envs.mastermind.space import CodeSpace, FloatArray, Indices

NAT = 1 / math.log(2)  # in bits


def appraise_guesses(
    view: SequenceView,
    space: CodeSpace,
    law: tuple[Indices, FloatArray],
    own: Code,
    replies: Sequence[str],
) -> list[Appraisal | None]:
    """Judge replies by the score of `search.most_information`, or on the last turn by the chance.

    Args:
        view: The public side of the sequence.
        space: All codes.
        law: The codes that fit all answers, and the weight of each.
        own: What the player would guess.
        replies: What may be replied.
    """
    candidates, weights = law
    guesses = [_read(view, space, reply) for reply in replies]
    places = np.array([space.places[each] for each in (own, *filter(None, guesses))])
    weight = np.zeros(len(space.codes))
    weight[candidates] = weights / weights.sum()
    chances = weight[places]
    scores = chances
    if not is_last(view):
        scores = NAT * score_guesses(space, places, candidates, weights)
    mine, *others = map(Appraisal, scores.tolist(), chances.tolist())
    known = iter(others)
    return appraisals([None if each is None else useful(next(known)) for each in guesses], mine)


def is_last(view: SequenceView) -> bool:
    """Whether no guess follows the next one."""
    return bool(view.visible["max_turns"] - len(view.turns) == 1)


def _read(view: SequenceView, space: CodeSpace, reply: str) -> Code | None:
    """The guess of a reply if it will be scored."""
    game = view.core_env
    assert isinstance(game, Mastermind)
    numbers = parse_guess(reply, game.pick)
    guess = None if numbers is None else tuple(map(read_number, numbers))
    scored = {move[0] for move in moves_of(view.turns)}
    return guess if guess in space.places and guess not in scored else None
