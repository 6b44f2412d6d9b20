"""Ladders to a given word: where they can begin, and a shortest one."""

from collections.abc import Mapping
from functools import lru_cache

from latentgym_envs.wordladder.env import LENGTHS, WordLadder
from latentgym_envs.wordladder.graph import Path, graph_of
from latentgym_envs.words import dictionary

CACHE_SIZE = 128


@lru_cache(CACHE_SIZE)
def targets(game: WordLadder) -> tuple[str, ...]:
    """The words of the pool that lie exactly two steps from another word of the pool."""
    words = (word for length in LENGTHS for word in game.words(length))
    return tuple(word for word in words if _is_two_steps_away(game, word))


@lru_cache(CACHE_SIZE)
def starts(game: WordLadder, target: str) -> tuple[str, ...]:
    """The words of the pool from which a shortest ladder takes two to six steps, nearest first."""
    nearer, pool = _search(game.graph_list, target), dictionary(game.pool, len(target))
    return tuple(
        word for word, onward in nearer.items() if word in pool and onward not in ((), (target,))
    )


def ladder(game: WordLadder, start: str, target: str) -> Path:
    """The first shortest ladder that a search from the target finds."""
    nearer, path = _search(game.graph_list, target), [start]
    while path[-1] != target:
        path.append(nearer[path[-1]][0])
    return tuple(path)


def _is_two_steps_away(game: WordLadder, word: str) -> bool:
    neighbours = graph_of(game.graph_list, len(word)).neighbours
    pool, near = dictionary(game.pool, len(word)), {word, *neighbours.get(word, ())}
    return any(
        other in pool and other not in near
        for between in neighbours.get(word, ())
        for other in neighbours[between]
    )


@lru_cache(CACHE_SIZE)
def _search(graph_list: str, target: str) -> Mapping[str, Path]:
    """Every word within six steps, with its neighbours that are one step nearer."""
    return graph_of(graph_list, len(target)).parents(target)
