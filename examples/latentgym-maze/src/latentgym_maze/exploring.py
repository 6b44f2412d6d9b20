"""What a player remembers of a maze, from the facts of its turns alone."""

from collections.abc import Iterable, Sequence
from typing import Self

from attrs import frozen

from latentgym_core.contract.core_env import Facts
from latentgym_maze import grid
from latentgym_maze.grid import Cell


@frozen
class Sketch:
    """The part of a maze that has been seen.

    Attributes:
        size: Rooms along a side.
        ways: Open ways of every room that was visited.
        trail: Rooms from the start to here, dead ends walked back out of left away.
    """

    size: int
    ways: dict[Cell, tuple[str, ...]]
    trail: tuple[Cell, ...]

    @classmethod
    def of(cls, visible: Facts, turns: Iterable[Facts]) -> Self:
        """Put together what a task has shown so far."""
        ways: dict[Cell, tuple[str, ...]] = {}
        trail: list[Cell] = []
        for facts in (visible, *turns):
            cell = (facts["cell"][0], facts["cell"][1])
            ways[cell] = tuple(facts["ways"])
            if trail[-2:-1] == [cell]:
                trail.pop()
            elif trail[-1:] != [cell]:
                trail.append(cell)
        return cls(visible["size"], ways, tuple(trail))

    @property
    def here(self) -> Cell:
        """The room the player is in."""
        return self.trail[-1]

    def hoped_paths(self, start: Cell | None = None) -> dict[Cell, tuple[str, ...]]:
        """Shortest path to every room, if no wall stands but those that have been seen.

        Args:
            start: Where the paths begin; None: here.
        """
        return grid.paths(start or self.here, self._hoped_ways)

    def _hoped_ways(self, cell: Cell) -> Iterable[str]:
        if cell in self.ways:
            return self.ways[cell]
        return [move for move in grid.MOVES if self._may_be_open(cell, move)]

    def _may_be_open(self, cell: Cell, move: str) -> bool:
        beyond = grid.neighbour(cell, move)
        if beyond in self.ways:
            return grid.OPPOSITE[move] in self.ways[beyond]
        return grid.inside(beyond, self.size)


def explore(visible: Facts, turns: Sequence[Facts]) -> str:
    """The next move of a depth-first search: into a new room, else back the way it came."""
    sketch = Sketch.of(visible, turns)
    here = sketch.here
    for move in sketch.ways[here]:
        if grid.neighbour(here, move) not in sketch.ways:
            return move
    return next(m for m in sketch.ways[here] if grid.neighbour(here, m) == sketch.trail[-2])


def exits_left(visible: Facts, turns: Sequence[Facts], *, found: bool = False) -> tuple[str, ...]:
    """Where the exit can be: in no room that was entered, or, if it was found, in the last one."""
    sketch = Sketch.of(visible, turns)
    cells = {place: grid.exit_cell(place, sketch.size) for place in grid.EXITS}
    if found:
        return tuple(place for place, cell in cells.items() if cell == sketch.here)
    return tuple(place for place, cell in cells.items() if cell not in sketch.ways)
