"""Latent family `restricted_vocab`: all ladders stay within a small set of words."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import ClassVar

from attrs import field, frozen
from attrs.validators import in_

from latentgym_core.contract.validators import whole_number
from latentgym_envs.wordladder.env import LENGTHS, WordLadder
from latentgym_envs.wordladder.graph import Pair, find_ladders, graph_of
from latentgym_envs.wordladder.latents.pair_latent import ANY_LENGTH, Candidate, PairLatent

NUM_SEEDS = 20


@frozen(kw_only=True)
class RestrictedVocabulary(PairLatent):
    """z is a vocabulary, written with blanks between its words: a shortest ladder stays inside.

    Vocabularies grow from one of the 20 words with most neighbours, see `vocabularies`.

    Attributes:
        size: Most words of a vocabulary; fewer if they have no more neighbours.
        min_size: Fewest words. Published: 2, so that small islands count too.
    """

    family: ClassVar[str] = "restricted_vocab"
    kind: ClassVar[str] = "vocabulary"
    alphabetical: ClassVar[bool] = True

    length: int = field(default=4, validator=in_((ANY_LENGTH, *LENGTHS)))
    size: int = field(default=40, validator=whole_number(2))
    min_size: int = field(default=2, validator=whole_number(2))

    def values_in(self, game: WordLadder) -> Iterable[str]:
        """One vocabulary for each word that it may grow from; many of them are the same."""
        return tuple(
            vocabulary
            for length in self._lengths()
            for vocabulary in vocabularies(game.graph_list, length, self.size)
            if len(vocabulary.split()) >= self.min_size
        )

    def ladders(self, game: WordLadder, z: str, length: int) -> Mapping[Pair, Candidate]:
        """Those between words of the vocabulary."""
        graph = game.ladders(length).graph
        return find_ladders(graph, [word for word in z.split() if word in graph.neighbours])

    def describe(self, z: str) -> str:
        """The words."""
        return f"Every ladder can be solved within these {len(z.split())} words: {z}."

    def disclosure(self) -> str:
        """How many words there are at most."""
        return (
            f"All ladders can be solved, in as few steps as possible, within one small set of at "
            f"most {self.size} words that hang together; it holds all start words and targets, "
            f"and is one of at most {NUM_SEEDS} such sets."
        )


@lru_cache(16)
def vocabularies(graph_list: str, length: int, size: int) -> tuple[str, ...]:
    """The vocabularies of a graph, one for each of the 20 words with most neighbours.

    As published, a vocabulary grows by the neighbour that has most neighbours inside; here ties
    are broken by the alphabet, so that it is the same in every process.
    """
    neighbours = graph_of(graph_list, length).neighbours
    seeds = sorted(neighbours, key=lambda word: (-len(neighbours[word]), word))[:NUM_SEEDS]
    return tuple(" ".join(sorted(_grown(seed, neighbours, size))) for seed in seeds)


def _grown(seed: str, neighbours: Mapping[str, tuple[str, ...]], size: int) -> set[str]:
    inside, links = {seed}, dict.fromkeys(neighbours[seed], 1)
    while links and len(inside) < size:
        word = min(links, key=lambda each: (-links[each], each))
        del links[word]
        inside.add(word)
        for other in neighbours[word]:
            if other not in inside:
                links[other] = links.get(other, 0) + 1
    return inside
