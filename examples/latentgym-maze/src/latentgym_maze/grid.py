"""Rooms, ways and exits on a square grid. Row 1 is the northern edge, column 1 the western."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

Cell = tuple[int, int]
"""(row, column), each from 1 to the size of the grid."""

MOVES: Mapping[str, Cell] = MappingProxyType(
    {"north": (-1, 0), "east": (0, 1), "south": (1, 0), "west": (0, -1)}
)
OPPOSITE: Mapping[str, str] = MappingProxyType(
    {"north": "south", "east": "west", "south": "north", "west": "east"}
)
EXITS: Mapping[str, Cell] = MappingProxyType(
    {
        "north": (-1, 0),
        "north-east": (-1, 1),
        "east": (0, 1),
        "south-east": (1, 1),
        "south": (1, 0),
        "south-west": (1, -1),
        "west": (0, -1),
        "north-west": (-1, -1),
    }
)
"""Where an exit may lie, clockwise: middle of a side or corner, as seen from the middle."""


def middle(size: int) -> Cell:
    """The room every maze begins in; `size` is odd."""
    return (size + 1) // 2, (size + 1) // 2


def exit_cell(name: str, size: int) -> Cell:
    """The room of an exit."""
    row, column = middle(size)
    down, right = EXITS[name]
    return row + down * (size // 2), column + right * (size // 2)


def neighbour(cell: Cell, move: str) -> Cell:
    """The room next door, which may lie outside the grid."""
    return cell[0] + MOVES[move][0], cell[1] + MOVES[move][1]


def inside(cell: Cell, size: int) -> bool:
    """Whether a room is part of the grid."""
    return all(1 <= each <= size for each in cell)


def rooms(size: int) -> list[Cell]:
    """Every room, row by row."""
    return [(row, column) for row in range(1, size + 1) for column in range(1, size + 1)]


def draw_ways(size: int, loops: float, rng: random.Random) -> tuple[tuple[str, ...], ...]:
    """Draw a maze in which every room can be reached.

    Kruskal's algorithm over shuffled walls gives a spanning tree; each wall that is left is
    opened with probability `loops`.

    Returns:
        For every room, row by row, the moves that no wall blocks, in the order of `MOVES`.
    """
    walls = [(cell, move) for cell in rooms(size) for move in ("east", "south")]
    walls = [(cell, move) for cell, move in walls if inside(neighbour(cell, move), size)]
    rng.shuffle(walls)
    area = {cell: cell for cell in rooms(size)}
    is_open: set[tuple[Cell, str]] = set()
    for cell, move in walls:
        beyond = neighbour(cell, move)
        here, there = _root(area, cell), _root(area, beyond)
        if here != there or rng.random() < loops:
            area[here] = there
            is_open |= {(cell, move), (beyond, OPPOSITE[move])}
    return tuple(tuple(move for move in MOVES if (cell, move) in is_open) for cell in rooms(size))


def paths(start: Cell, ways: Callable[[Cell], Iterable[str]]) -> dict[Cell, tuple[str, ...]]:
    """Moves of a shortest path to every room that can be reached, by breadth-first search.

    Args:
        start: The room to start from.
        ways: Which moves a room allows.
    """
    found: dict[Cell, tuple[str, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        cell = queue.popleft()
        for move in ways(cell):
            beyond = neighbour(cell, move)
            if beyond not in found:
                found[beyond] = (*found[cell], move)
                queue.append(beyond)
    return found


def _root(area: dict[Cell, Cell], cell: Cell) -> Cell:
    while area[cell] != cell:
        cell = area[cell]
    return cell
