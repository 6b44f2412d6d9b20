"""Scripted reference players. They read the public view; the oracle also reads z."""

import math
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from attrs import evolve, field, frozen

from latentgym_core.contract.player import Appraisal, Player
from latentgym_core.contract.view import SequenceView, Truth
from latentgym_core.errors import AgentError
from latentgym_core.families.strand import current_strand
from latentgym_envs.wordladder.clues import Seen, memory_after, seen, seen_of
from latentgym_envs.wordladder.env import WordLadder, as_word_ladder
from latentgym_envs.wordladder.graph import Path, graph_of
from latentgym_envs.wordladder.latents.pair_latent import PairLatent
from latentgym_envs.wordladder.laws import Law, places_apart, read_law
from latentgym_envs.wordladder.players.appraisal import Prospect
from latentgym_envs.wordladder.players.planning import FREE, Quest, shortest_ladder

NUM_PLANS = 20_000
NUM_BELIEFS = 256  # evidence changes once a task, so this serves as many sequences at once
NUM_LIKELY = 8  # values of z that a plan is made for


def _plan(word_list: str, quest: Quest) -> Path | None:
    return shortest_ladder(graph_of(word_list, len(quest.target)).neighbours, quest)


Beliefs = Mapping[str, float]
"""Probability of each value of z that is still possible."""


def prior(latent: PairLatent, game: WordLadder) -> Beliefs:
    """What a player believes who is told the family but not z, so not which value a preset fixes.

    A fixed value outside the family's own list is not foreseen.
    """
    return {z: math.exp(p) for z, p in evolve(latent, value=None).support((game,), {})}


def _likelihood(latent: PairLatent, game: WordLadder, z: str, history: tuple[Seen, ...]) -> float:
    """Probability of the pairs; 0 if z would have judged a move or solved a task otherwise."""
    law, drawn = read_law(latent.law(z)), latent.members(game, z)
    tasks = {(task.start_word, task.target_word): task for task in drawn}
    likelihood = 1.0
    for index, task in enumerate(history):
        made = tasks.get((task.start, task.target))
        if made is None or task.solution not in (None, made.optimal_path):
            return 0.0
        if memory_after(law, task) is None:
            return 0.0
        # Pairs come without replacement until they are used up.
        likelihood /= len(tasks) - index if index < len(tasks) else len(tasks)
    return likelihood


def believe(
    latent: PairLatent, game: WordLadder, beliefs: Beliefs, history: tuple[Seen, ...]
) -> Beliefs:
    """Exact posterior of z after the pairs, judgements and solutions of some tasks."""
    weights = {z: weight * _likelihood(latent, game, z, history) for z, weight in beliefs.items()}
    total = sum(weights.values())
    return {z: weight / total for z, weight in weights.items() if weight > 0}


class Memory:
    """What a player works out once: bounded caches of pure functions, one object per player."""

    def __init__(self) -> None:
        self.plan = lru_cache(NUM_PLANS)(_plan)
        self.prior = lru_cache(NUM_BELIEFS)(prior)
        self.believe = lru_cache(NUM_BELIEFS)(self._believe)

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

    def _believe(self, latent: PairLatent, game: WordLadder, history: tuple[Seen, ...]) -> Beliefs:
        return believe(latent, game, self.prior(latent, game), history)


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
        strand = current_strand(view)
        latent, z, law = strand.latent, strand.own(truth.z), truth.task.law
        if z is not None and isinstance(latent, PairLatent) and game.moves == "lawful":
            law = latent.law(z)
        ladder = self._memory.ladder(game, task, read_law(law) if law else FREE)
        return _next_word(ladder or self._memory.ladder(game, task), task)


@frozen(kw_only=True)
class Bayes(_Thinker):
    """Infers z exactly, from pairs, refusals and solutions; climbs the ladder likeliest to obey.

    The ladders it compares are those that its likeliest values of z would choose and the
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
        """What the laws that are likely lead to; None where none is known."""
        latent = current_strand(view).latent
        game, task = _scene(view)
        if game.moves != "lawful" or not isinstance(latent, PairLatent):
            return None
        history = tuple(map(seen_of, current_strand(view).finished))
        beliefs = self._memory.believe(latent, game, history)
        now = believe(latent, game, beliefs, (task,))
        own = self._likeliest(latent, game, task, now)
        if own is None:
            return None
        laws = {read_law(latent.law(z)): now[z] for z in _likely(now)}
        return Prospect(game, task, own, laws, self._memory.ladder)

    def _likeliest(
        self, latent: PairLatent, game: WordLadder, task: Seen, beliefs: Beliefs
    ) -> Path | None:
        """Of the ladders that likely values of z suggest, the one that most of them allow."""
        ladders: dict[Path, None] = {}
        for z in _likely(beliefs):
            planned = self._memory.ladder(game, task, read_law(latent.law(z)))
            ladders.update(dict.fromkeys(filter(None, (planned, _rest(latent, game, task, z)))))
        return max(
            ladders,
            default=None,
            key=lambda path: (_chance(latent, task, beliefs, path), -len(path)),
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


def _likely(beliefs: Beliefs) -> list[str]:
    """The likeliest values of z."""
    return sorted(beliefs, key=beliefs.__getitem__, reverse=True)[:NUM_LIKELY]


def _rest(latent: PairLatent, game: WordLadder, task: Seen, z: str) -> Path | None:
    """What is left of the solution that the task would have under z, if the player is on it."""
    for drawn in latent.members(game, z):
        if (drawn.start_word, drawn.target_word) == (task.start, task.target):
            path = drawn.optimal_path
            return path[path.index(task.current) :] if task.current in path else None
    return None


def _chance(latent: PairLatent, task: Seen, beliefs: Beliefs, ladder: Path) -> float:
    """Probability that a ladder may be climbed to its end."""
    moves = tuple((old, new, True) for old, new in pairwise(ladder))
    whole = Seen(task.start, task.target, task.moves + moves)
    return sum(
        weight
        for z, weight in beliefs.items()
        if memory_after(read_law(latent.law(z)), whole) is not None
    )
