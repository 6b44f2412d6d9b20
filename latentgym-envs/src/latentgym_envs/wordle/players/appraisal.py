"""What players of wordle think of replies: information plus chance to be right, in bits."""

import math
from collections.abc import Sequence

from attrs import frozen

from latentgym_core.contract.player import Appraisal, appraisals, useful
from latentgym_core.contract.view import SequenceView
from latentgym_envs.wordle.action import parse_guess
from latentgym_envs.wordle.clues import moves_of
from latentgym_envs.wordle.env import Wordle
from latentgym_envs.wordle.lexicon import FloatArray, Indices, Lexicon
from latentgym_envs.wordle.players.search import score_guesses

NAT = 1 / math.log(2)  # in bits


@frozen(eq=False)
class Weighted:
    """The words that fit all marks of a task, at least one.

    Attributes:
        words: All words that can be right.
        fitting: Those that fit.
        weights: Probability of each of them, up to a constant.
    """

    words: Lexicon
    fitting: Indices
    weights: FloatArray


def appraise_guesses(
    view: SequenceView, law: Weighted, own: str, replies: Sequence[str]
) -> list[Appraisal | None]:
    """Judge replies by the score of `search.most_information`, or on the last turn by the chance.

    Args:
        view: The public side of the sequence.
        law: What the player expects.
        own: What it would guess.
        replies: What may be replied.
    """
    guesses = [_read(view, reply) for reply in replies]
    judged = dict.fromkeys((own, *filter(None, guesses)))
    listed = (law.words.words[each] for each in law.fitting.tolist())
    weights = dict(zip(listed, (law.weights / law.weights.sum()).tolist(), strict=True))
    chances = [weights.get(guess, 0.0) for guess in judged]
    scores = chances
    if not is_last(view):
        bits = NAT * score_guesses(law.words, tuple(judged), law.fitting, law.weights)
        scores = bits.tolist()
    scored = dict(zip(judged, map(Appraisal, scores, chances), strict=True))
    found = [None if guess is None else useful(scored[guess]) for guess in guesses]
    return appraisals(found, scored[own])


def is_last(view: SequenceView) -> bool:
    """Whether no guess follows the next one."""
    return bool(view.visible["max_turns"] - len(view.turns) <= 1)


def _read(view: SequenceView, reply: str) -> str | None:
    """The guess of a reply if it will be marked."""
    game = view.core_env
    assert isinstance(game, Wordle)
    guess = parse_guess(reply, game.pick)
    if guess is None or len(guess) != view.visible["word_length"]:
        return None
    repeated = guess in (move[0] for move in moves_of(view.turns))
    return guess if game.is_word(guess) and not repeated else None
