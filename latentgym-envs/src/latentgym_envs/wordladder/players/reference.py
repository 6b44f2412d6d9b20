"""Scripted reference players. They read the public view; the oracle also reads z."""

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from attrs import field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import current_strand
from latentgym_envs.wordladder.clues import Seen, memory_after, seen
from latentgym_envs.wordladder.env import WordLadder, as_word_ladder
from latentgym_envs.wordladder.graph import Path, graph_of
from latentgym_envs.wordladder.laws import Law, places_apart, read_law
from latentgym_envs.wordladder.players.appraisal import Prospect
from latentgym_envs.wordladder.players.planning import FREE, Quest, shortest_ladder

NUM_PLANS = 20_000
NUM_LIKELY = 8  # hidden rules that a plan is made for
Secrets = Mapping[tuple[str, Path], float]
"""Hidden rule and solution of the task to their probability."""


def _plan(word_list: str, quest: Quest) -> Path | None:
    return shortest_ladder(graph_of(word_list, len(quest.target)).neighbours, quest)


class Memory:
    """What a player works out once: a bounded cache of a pure function, one object per player."""

    def __init__(self) -> None:
        self.plan = lru_cache(NUM_PLANS)(_plan)

    def ladder(self, game: WordLadder, task: Seen, law: Law = FREE) -> Path | None:
        """A shortest ladder from the current word on, without moves that were refused."""
        memory = memory_after(law, task) if law is not FREE else ()
        if memory is None:
            return None
        here = task.current
        refused = frozenset((old, new) for old, new, allowed in task.moves if not allowed)
        return self.plan(game.dictionary, Quest(here, task.target, law, memory, refused))

    def appraise_blindly(
        self, view: SequenceView, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """Judge moves as if there were no law; None where there is no ladder."""
        game, task = _scene(view)
        own = self.ladder(game, task)
        if own is None:
            return None
        expected = Prospect(game, task, own, {FREE: 1.0}, self.ladder)
        return expected.appraise(replies)


@frozen(kw_only=True)
class _Thinker(Player):
    """A player with a memory of its own, which is no part of what it is."""

    _memory: Memory = field(init=False, eq=False, repr=False, factory=Memory)


@frozen(kw_only=True)
class Blind(_Thinker):
    """Climbs a shortest ladder through the whole dictionary, which it knows by heart.

    It ignores the latent; a move that was refused it does not try again in the task.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next word of the ladder."""
        del truth, rng
        game, task = _scene(view)
        return _next_word(self._memory.ladder(game, task), task)

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By whether they keep the target as near as it is; see `appraisal`."""
        del truth
        return self._memory.appraise_blindly(view, replies)


@frozen(kw_only=True)
class Oracle(_Thinker):
    """Knows z: climbs a shortest ladder through the dictionary that obeys it.

    Where moves are free, z does not decide which ladders are short, so it plays as the blind
    player. Where z says nothing to it (a fixed list of tasks) it knows the task's hidden rule.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next word of the ladder."""
        del rng
        if truth is None:
            raise AgentError("The oracle plays only where it is told the truth.")
        game, task = _scene(view)
        law = current_strand(view).told(truth)
        rules = [rule for (rule, _), _ in law.items()] if law else []
        ladder = self._memory.ladder(game, task, _read(rules[0] if rules else truth.task.law))
        return _next_word(ladder or self._memory.ladder(game, task), task)


@frozen(kw_only=True)
class Bayes(_Thinker):
    """Infers z exactly, from pairs, refusals and solutions; climbs the ladder likeliest to obey.

    The ladders it compares are those that its likeliest rules would choose and the
    solutions they would have, so the play is an approximation: it takes no risk in order to
    learn. Where moves are free, z does not decide which ladders are short, so it plays as the
    blind player, as it does where every z is refuted.
    """

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next word of the ladder."""
        del truth, rng
        game, task = _scene(view)
        expected = self._expect(view)
        own = self._memory.ladder(game, task) if expected is None else expected.own
        return _next_word(own, task)

    def appraise(
        self, view: SequenceView, truth: Truth | None, replies: Sequence[str]
    ) -> list[Appraisal | None] | None:
        """By the probability that they keep the target as near as planned; see `appraisal`."""
        del truth
        expected = self._expect(view)
        if expected is None:
            return self._memory.appraise_blindly(view, replies)
        return expected.appraise(replies)

    def _expect(self, view: SequenceView) -> Prospect | None:
        """What the rules that are likely lead to; None where moves are free, or all are refuted."""
        game, task = _scene(view)
        if game.moves != "lawful":
            return None
        law = current_strand(view).inferred()
        possible = {secret: share for secret, share in law.items() if _allowed(secret[0], task)}
        own = self._likeliest(game, task, possible)
        if own is None:
            return None
        total = sum(possible.values())
        laws = {_read(secret[0]): possible[secret] / total for secret in _likely(possible)}
        return Prospect(game, task, own, laws, self._memory.ladder)

    def _likeliest(self, game: WordLadder, task: Seen, possible: Secrets) -> Path | None:
        """Of the ladders that likely rules suggest, the one that most of them allow."""
        ladders: dict[Path, None] = {}
        for rule, solution in _likely(possible):
            planned = self._memory.ladder(game, task, _read(rule))
            ladders.update(dict.fromkeys(filter(None, (planned, _rest(solution, task)))))
        return max(
            ladders, default=None, key=lambda path: (_chance(task, possible, path), -len(path))
        )


@frozen(kw_only=True)
class SmallGraph(_Thinker):
    """Climbs a shortest ladder among the words of the pool; else plays as the blind player."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The next word of the ladder."""
        del truth, rng
        game, task = _scene(view)
        known = self._memory.plan(game.pool, Quest(task.current, task.target))
        return _next_word(known or self._memory.ladder(game, task), task)


@frozen(kw_only=True)
class Greedy(Player):
    """Any neighbour that agrees with the target in one more place, else any neighbour."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """Draw one of them."""
        del truth
        game, task = _scene(view)
        here, target = task.current, task.target
        near = graph_of(game.dictionary, len(target)).neighbours.get(here, ())
        better = [word for word in near if places_apart(word, target) < places_apart(here, target)]
        return f"[{rng.choice(better or near or [target])}]"


@frozen(kw_only=True)
class ChainLister(_Thinker):
    """Writes its whole ladder in brackets: what `pick` makes of that is what it is for."""

    def act(self, view: SequenceView, truth: Truth | None, rng: random.Random) -> str:
        """The ladder, from the current word on."""
        del truth, rng
        game, task = _scene(view)
        ladder = self._memory.ladder(game, task) or (task.target,)
        return " -> ".join(f"[{word}]" for word in ladder)


def _scene(view: SequenceView) -> tuple[WordLadder, Seen]:
    return as_word_ladder(view.core_env, "This player"), seen(view.visible, view.turns)


def _next_word(ladder: Path | None, task: Seen) -> str:
    return f"[{ladder[1] if ladder else task.target}]"


def _read(rule: str) -> Law:
    return read_law(rule) if rule else FREE


def _allowed(rule: str, task: Seen) -> bool:
    """Whether a rule would have judged all moves so."""
    return memory_after(_read(rule), task) is not None


def _likely(possible: Secrets) -> list[tuple[str, Path]]:
    """The likeliest rules, with the solution that the task has under each."""
    return sorted(possible, key=possible.__getitem__, reverse=True)[:NUM_LIKELY]


def _rest(solution: Path, task: Seen) -> Path | None:
    """What is left of a solution, if the player is on it."""
    on_it = task.current in solution
    return solution[solution.index(task.current) :] if on_it else None


def _chance(task: Seen, possible: Secrets, ladder: Path) -> float:
    """Weight of the rules that let a ladder be climbed to its end."""
    moves = tuple((old, new, True) for old, new in pairwise(ladder))
    whole = Seen(task.start, task.target, task.moves + moves)
    return sum(share for (rule, _), share in possible.items() if _allowed(rule, whole))
