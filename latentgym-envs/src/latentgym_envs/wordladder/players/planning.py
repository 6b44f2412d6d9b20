"""Finding ladders: shortest ways through a dictionary that obey a law and avoid refused moves."""

import heapq
from collections.abc import Iterator, Mapping

from attrs import frozen

from latentgym_envs.wordladder.graph import Pair, Path
from latentgym_envs.wordladder.laws import Law, Memory

MAX_LOOKS = 20_000  # positions looked at before a search gives up


class NoLaw(Law):
    """Every move is allowed."""

    def after(self, memory: Memory, old: str, new: str, *, last: bool) -> Memory | None:
        """Nothing to remember."""
        del old, new, last
        return memory


FREE = NoLaw()


@frozen
class Quest:
    """What a ladder is wanted for.

    Attributes:
        start: The word to begin with.
        target: The word to reach.
        law: What every move must obey.
        memory: What the law remembers of the moves before.
        refused: Moves that are known to be refused.
    """

    start: str
    target: str
    law: Law = FREE
    memory: Memory = ()
    refused: frozenset[Pair] = frozenset()


def shortest_ladder(neighbours: Mapping[str, Path], quest: Quest) -> Path | None:
    """The words of a shortest ladder, start included; None if there is none.

    A* (Hart, Nilsson and Raphael 1968) with `Law.steps_left`; of equally good ways, the first in
    the order of the neighbours.
    """
    begin = (quest.start, quest.memory)
    came_from: dict[tuple[str, Memory], tuple[str, Memory] | None] = {begin: None}
    steps = {begin: 0}
    estimate = quest.law.steps_left(quest.memory, quest.start, quest.target)
    queue = [(estimate, 0, begin)]
    done: set[tuple[str, Memory]] = set()
    number = 0
    while queue and len(done) < MAX_LOOKS:
        _, _, here = heapq.heappop(queue)
        if here[0] == quest.target and steps[here]:
            return tuple(_back(here, came_from))[::-1]
        if here in done:
            continue
        done.add(here)
        for there in _moves(here, neighbours, quest):
            if steps[here] + 1 < steps.get(there, MAX_LOOKS):
                steps[there], came_from[there] = steps[here] + 1, here
                left = quest.law.steps_left(there[1], there[0], quest.target)
                number += 1
                # Of equal estimates the deepest first: it is nearest to the target.
                queue_key = (steps[there] + left, number - MAX_LOOKS * steps[there], there)
                heapq.heappush(queue, queue_key)
    return None


def _moves(
    here: tuple[str, Memory], neighbours: Mapping[str, Path], quest: Quest
) -> Iterator[tuple[str, Memory]]:
    word, memory = here
    for new in neighbours.get(word, ()):
        if (word, new) not in quest.refused:
            after = quest.law.after(memory, word, new, last=new == quest.target)
            if after is not None:
                yield new, after


def _back(
    here: tuple[str, Memory], came_from: Mapping[tuple[str, Memory], tuple[str, Memory] | None]
) -> Iterator[str]:
    position: tuple[str, Memory] | None = here
    while position is not None:
        yield position[0]
        position = came_from[position]
