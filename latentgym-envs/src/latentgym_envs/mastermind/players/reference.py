"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from attrs import frozen

from latentgym_core.contract.beliefs import Law
from latentgym_core.contract.core_env import Facts
from latentgym_core.contract.player import Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import current_strand
from latentgym_envs.common import guessing
from latentgym_envs.mastermind.action import parse_guess, read_number
from latentgym_envs.mastermind.clues import moves_of
from latentgym_envs.mastermind.codes import Code
from latentgym_envs.mastermind.env import Mastermind
from latentgym_envs.mastermind.players.catalogue import law_of_catalogue
from latentgym_envs.mastermind.space import CodeSpace, Moves, build_space, shape_of
from latentgym_envs.mastermind.texts import written

NUM_SPACES = 4


@frozen(kw_only=True)
class CodeGuesser(guessing.Guesser):
    """Guesses codes."""

    def pools(self, view: SequenceView) -> Iterator[CodeSpace]:
        """All codes of the task's shape."""
        yield _space(view)

    def moves(self, turns: tuple[Facts, ...]) -> Moves:
        """The scored guesses with their pegs."""
        return moves_of(turns)

    def read(self, view: SequenceView, reply: str) -> Code | None:
        """The code if it will be scored."""
        numbers = parse_guess(reply, _game(view).pick)
        guess = None if numbers is None else tuple(map(read_number, numbers))
        scored = {move[0] for move in moves_of(view.turns)}
        return guess if guess in _space(view).places and guess not in scored else None

    def written(self, guess: Any) -> str:
        """The digits."""
        return written(guess)


@frozen(kw_only=True)
class Blind(CodeGuesser, guessing.Blind):
    """Of the codes that fit all answers, guesses the first that can be answered in most ways."""


@frozen(kw_only=True)
class Oracle(CodeGuesser, guessing.Oracle):
    """Knows z: guesses for most information about the codes of z."""


@frozen(kw_only=True)
class Bayes(CodeGuesser, guessing.Bayes):
    """Knows the family, infers z exactly and guesses for most information about the codes."""


@frozen(kw_only=True)
class Catalogue(CodeGuesser):
    """Does not know the family: infers which of the published latents holds, if any.

    The prior is uniform over the different sets of codes of all presets, and all codes.
    """

    def law(self, view: SequenceView, truth: Truth | None) -> Law:
        """What the finished tasks make likely."""
        del truth
        return law_of_catalogue(_game(view), current_strand(view).finished)


@frozen(kw_only=True)
class Consistent(Player):
    """Any code that fits all answers of the task, all equally likely."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Draw one of them."""
        del truth
        space = _space(view)
        return written(space.guesses[rng.choice(space.consistent(moves_of(view.turns)))])


@frozen(kw_only=True)
class Quoting(Blind):
    """Plays as the blind player, but quotes the earlier guesses of the task before its own.

    Under `pick=first` it makes its first guess again and again: that is what the rule costs.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The earlier guesses in brackets, then the guess."""
        quoted = (f"I tried {written(guess)}." for guess, _, _ in moves_of(view.turns))
        return " ".join([*quoted, f"Now {super().act(view, truth, rng)}"])


_build_space = lru_cache(NUM_SPACES)(build_space)


def _space(view: SequenceView) -> CodeSpace:
    return _build_space(shape_of(view.visible))


def _game(view: SequenceView) -> Mastermind:
    if not isinstance(view.core_env, Mastermind):
        raise AgentError(f"This player plays mastermind, not {view.core_env_name}.")
    return view.core_env
