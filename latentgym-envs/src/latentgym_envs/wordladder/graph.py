"""Graphs of words: an edge joins two words that differ in exactly one letter."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from attrs import frozen

from latentgym_envs.words import of_length

Path = tuple[str, ...]
Pair = tuple[str, str]
MAX_STEPS = 6  # no published pair lies farther apart
MAX_PATHS = 20  # of one pair that are looked at; no published pair has more than 5
LARGEST_FULL_GRAPH = 241  # words up to which every pair is looked at: the published graphs
NUM_ENDPOINTS = 120  # of larger graphs


@frozen(eq=False)
class WordGraph:
    """A graph of words of one length.

    Attributes:
        neighbours: Each word, in alphabetical order, with its neighbours: those that differ in
            the first place first, and alphabetically.
    """

    neighbours: Mapping[str, Path]

    @property
    def is_large(self) -> bool:
        """Whether looking at every pair takes too long."""
        return len(self.neighbours) > LARGEST_FULL_GRAPH

    def parents(self, source: str, max_steps: int = MAX_STEPS) -> dict[str, Path]:
        """Breadth-first search.

        Returns:
            Every word within `max_steps` of the source, in the order found, with its neighbours
            that are one step nearer, in the order found; the source has none.
        """
        found: dict[str, list[str]] = {source: []}
        layer = {source: 0}
        queue = deque([source])
        while queue:
            word = queue.popleft()
            steps = layer[word] + 1
            if steps > max_steps:
                break
            for other in self.neighbours[word]:
                if other not in layer:
                    layer[other] = steps
                    found[other] = [word]
                    queue.append(other)
                elif layer[other] == steps:
                    found[other].append(word)
        return {word: tuple(nearer) for word, nearer in found.items()}

    def shortest_path(self, start: str, target: str) -> Path | None:
        """The first shortest path that breadth-first search finds; None if there is none."""
        return next(iter(paths_to(target, self.parents(start, len(self.neighbours)), 1)), None)


def paths_to(target: str, parents: Mapping[str, Path], limit: int = MAX_PATHS) -> list[Path]:
    """Shortest paths from the source of a search to a word, at most `limit` of them."""
    if target not in parents:
        return []
    nearer = parents[target]
    if not nearer:
        return [(target,)]
    found: list[Path] = []
    for parent in nearer:
        found += [(*path, target) for path in paths_to(parent, parents, limit - len(found))]
        if len(found) >= limit:
            break
    return found


@frozen(eq=False)
class Ladders:
    """The ladders that tasks of one word length can be made of.

    Attributes:
        graph: The words.
        paths: Pairs of words, alphabetically and in both orders, with their shortest paths.
    """

    graph: WordGraph
    paths: Mapping[Pair, tuple[Path, ...]]


def build_graph(words: Sequence[str]) -> WordGraph:
    """Join the words of one length."""
    buckets: dict[tuple[int, str], list[str]] = {}
    ordered = sorted(words)
    for word in ordered:
        for key in _blanked(word):
            buckets.setdefault(key, []).append(word)
    return WordGraph(
        {
            word: tuple(other for key in _blanked(word) for other in buckets[key] if other != word)
            for word in ordered
        }
    )


@lru_cache(16)
def graph_of(list_name: str, length: int) -> WordGraph:
    """The graph of the words of a list (see `latentgym_envs.words`) that have one length."""
    return build_graph(of_length(list_name, length))


@lru_cache(16)
def ladders(pool: str, graph_list: str, length: int) -> Ladders:
    """The ladders between words of a pool, in a graph; see `thinned` for large graphs.

    Args:
        pool: The list that start and target come from.
        graph_list: The list whose words the ladders may use; it holds the pool.
        length: Letters of each word.
    """
    graph = graph_of(graph_list, length)
    return Ladders(graph, find_ladders(graph, thinned(of_length(pool, length), graph)))


def find_ladders(graph: WordGraph, ends: Sequence[str]) -> dict[Pair, tuple[Path, ...]]:
    """The shortest paths, of one to six steps, between all pairs of some words."""
    paths: dict[Pair, tuple[Path, ...]] = {}
    for start in ends:
        parents = graph.parents(start)
        for target in ends:
            if target != start and target in parents:
                paths[start, target] = tuple(paths_to(target, parents))
    return paths


def thinned(words: Iterable[str], graph: WordGraph) -> list[str]:
    """The words of a graph that have neighbours, alphabetically.

    In graphs larger than those of the 850 words, 120 of them, evenly spread, so that their
    ladders are found in a second or two.
    """
    ends = sorted(word for word in words if graph.neighbours.get(word))
    if graph.is_large:
        ends = ends[:: max(1, -(-len(ends) // NUM_ENDPOINTS))]
    return ends


def _blanked(word: str) -> list[tuple[int, str]]:
    return [(place, word[:place] + word[place + 1 :]) for place in range(len(word))]
