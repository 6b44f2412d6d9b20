"""Latent family `hub`: the solutions of all ladders pass through one word."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, ClassVar

from attrs import field, frozen
from attrs.validators import in_

from latentgym_core.contract.validators import whole_number
from latentgym_envs.wordladder.env import LENGTHS, WordLadder
from latentgym_envs.wordladder.graph import MAX_STEPS, Pair, Path, WordGraph, graph_of, paths_to
from latentgym_envs.wordladder.latents.pair_latent import ANY_LENGTH, Candidate, PairLatent

LIST_SEED = 42  # with it, the published code draws the words and pairs it looks at
NUM_WORDS, NUM_PAIRS, NUM_PATHS, NUM_HUBS = 100, 500, 5, 50
MIN_STEPS = 3


@frozen(kw_only=True)
class HubWord(PairLatent):
    """z is a hub: a word strictly inside a shortest ladder of every pair.

    Hubs are drawn from the words that most ladders pass, see `hubs`. As published, the solution
    of a task is a shortest ladder to the hub, joined with one from there on.
    """

    family: ClassVar[str] = "hub"
    kind: ClassVar[str] = "hub"
    alphabetical: ClassVar[bool] = True

    length: int = field(default=4, validator=in_((ANY_LENGTH, *LENGTHS)))
    min_steps: int = field(default=MIN_STEPS, validator=whole_number(2))

    def values_in(self, game: WordLadder) -> Iterable[str]:
        """The hubs of the game's graph."""
        return tuple(hub for length in self._lengths() for hub in hubs(game.graph_list, length))

    def ladders(self, game: WordLadder, z: str, length: int) -> Mapping[Pair, Candidate]:
        """Those between words of the pool."""
        return game.ladders(length).paths if len(z) == length else {}

    def accepts(self, candidate: Candidate, value: str) -> bool:
        """Whether the hub lies inside."""
        quantifier = any if self.paths == "some" else all
        return quantifier(value in path[1:-1] for path in candidate)

    def solution(self, candidate: Candidate, z: str, game: WordLadder) -> Path:
        """To the hub and on."""
        graph = game.ladders(len(z)).graph
        (there,) = paths_to(z, _search(graph, candidate[0][0]), 1)
        (on,) = paths_to(candidate[0][-1], _search(graph, z), 1)
        return (*there, *on[1:])

    def describe(self, z: str) -> str:
        """The hub."""
        return f"Every ladder has a shortest solution that passes through the word {z}."

    def disclosure(self) -> str:
        """That there is a hub."""
        return (
            "There is one hub word, the same for all ladders, that a shortest solution of each of "
            "them passes through, so that every ladder splits into the way to it and the way on. "
            f"It is one of at most {NUM_HUBS} words that many ladders pass."
        )


@lru_cache(16)
def hubs(graph_list: str, length: int) -> tuple[str, ...]:
    """The words that most ladders of a graph pass through, at most 50, the busiest first.

    As published: 100 words are sampled, then 500 of the pairs that they form with words 3 to 6
    steps away, and the inner words of up to 5 shortest ladders of each pair are counted. Ties
    keep the order in which the words were met.
    """
    graph, rng = graph_of(graph_list, length), random.Random(LIST_SEED)
    words = list(graph.neighbours)
    searches = {word: graph.parents(word) for word in rng.sample(words, min(NUM_WORDS, len(words)))}
    pairs = [
        (start, target)
        for start, parents in searches.items()
        for target, steps in _steps(parents).items()
        if MIN_STEPS <= steps <= MAX_STEPS
    ]
    passed: Counter[Any] = Counter()
    for start, target in rng.sample(pairs, min(NUM_PAIRS, len(pairs))):
        for path in paths_to(target, searches[start], NUM_PATHS):
            passed.update(path[1:-1])
    return tuple(word for word, _ in passed.most_common(NUM_HUBS))


@lru_cache(512)
def _search(graph: WordGraph, source: str) -> dict[str, Path]:
    return graph.parents(source)


def _steps(parents: dict[str, Path]) -> dict[str, int]:
    steps: dict[str, int] = {}
    for word, nearer in parents.items():  # nearer words were found before
        steps[word] = steps[nearer[0]] + 1 if nearer else 0
    return steps
