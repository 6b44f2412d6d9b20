"""The maze: find the exit, seeing one room at a time."""

import random
import re
from collections.abc import Iterator
from typing import Any, ClassVar

from attrs import evolve, field, frozen

from latentgym_core.contract.core_env import CoreEnv, Facts, StepResult
from latentgym_maze import grid
from latentgym_maze.exploring import explore
from latentgym_maze.grid import Cell

MOVE = re.compile(r"\[\s*(north|east|south|west)\s*\]", re.IGNORECASE | re.ASCII)


@frozen(kw_only=True)
class MazeTask:
    """One maze.

    Attributes:
        size: Rooms along a side; odd.
        place: Where the exit lies, a key of `grid.EXITS`.
        ways: For every room, row by row, the moves that no wall blocks.
    """

    size: int = field()
    place: str = field()
    ways: tuple[tuple[str, ...], ...] = field()

    @size.validator
    def _check_size(self, _: Any, size: int) -> None:
        check_size(size)

    @place.validator
    def _check_place(self, _: Any, place: str) -> None:
        if place not in grid.EXITS:
            raise ValueError(f"no exit lies in the {place!r}; it may be {', '.join(grid.EXITS)}")

    @ways.validator
    def _check_ways(self, _: Any, ways: tuple[tuple[str, ...], ...]) -> None:
        if len(ways) != self.size**2:
            raise ValueError(
                f"a maze of size {self.size} has {self.size**2} rooms, not {len(ways)}"
            )
        if set(grid.paths(self.start, self.ways_of)) != set(grid.rooms(self.size)):
            raise ValueError("the ways do not lead to every room of the maze, and to no other")

    @property
    def start(self) -> Cell:
        """The room the maze begins in."""
        return grid.middle(self.size)

    @property
    def goal(self) -> Cell:
        """The room of the exit."""
        return grid.exit_cell(self.place, self.size)

    @property
    def shortest(self) -> int:
        """Moves from the start to the exit, walls known."""
        return len(grid.paths(self.start, self.ways_of)[self.goal])

    def ways_of(self, cell: Cell) -> tuple[str, ...]:
        """The moves that no wall blocks in a room."""
        return self.ways[(cell[0] - 1) * self.size + cell[1] - 1]


@frozen
class Position:
    """Where the agent is, after how many turns."""

    task: MazeTask
    cell: Cell
    turns: int = 0

    @property
    def is_out(self) -> bool:
        """Whether the exit is reached."""
        return self.cell == self.task.goal


@frozen(kw_only=True)
class Maze(CoreEnv[MazeTask, Position]):
    """A maze of rooms with walls between some of them.

    Rules: The agent starts in the middle and has to reach the exit, a corner or the middle of a
        side. It sees which ways lead out of the room it is in, nothing else.
    Actions: `[north]`, `[east]`, `[south]`, `[west]`; the last one in the reply counts.
    Observations: The room and its open ways; a wall or a reply without a move costs the turn.
    Reward: Length of the shortest path divided by the turns used, in (0, 1]; 0 if not out.
    End: The exit is reached, or `max_turns` are used up.
    Parameters: `size`, `max_turns`, `loops`.
    Version history: 1, first.

    Attributes:
        size: Rooms along a side; odd, 3 to 15.
        max_turns: Turns before the task is lost, at least 1.
        loops: Probability that a wall which no path needs is left out, 0 to 1.
    """

    task_type: ClassVar[type] = MazeTask
    bracketed: ClassVar[bool] = True
    solving_reveals: ClassVar[bool] = True  # the way out shows where the exit is
    size: int = field(default=5)
    max_turns: int = field(default=50)
    loops: float = field(default=0.3)

    @size.validator
    def _check_size(self, _: Any, size: int) -> None:
        check_size(size)

    @max_turns.validator
    def _check_max_turns(self, _: Any, turns: int) -> None:
        if turns < 1:
            raise ValueError(f"max_turns is {turns}; a task needs at least 1 turn")

    @loops.validator
    def _check_loops(self, _: Any, loops: float) -> None:
        if not 0 <= loops <= 1:
            raise ValueError(f"loops is {loops}; it is a probability, 0 to 1")

    def rules(self, task: MazeTask) -> str:
        """The grid, the moves, the limit."""
        return (
            f"You are in a maze of {task.size} by {task.size} rooms, and you start in the middle "
            f"one. Row 1 is the northern edge, column 1 the western edge. The exit is a room in "
            f"one of the four corners or in the middle of one of the four sides; you are out as "
            f"soon as you step into it. You see only the room you are in and the ways out of it.\n"
            f"Move by writing [north], [east], [south] or [west]. You have {self.max_turns} turns, "
            f"and the fewer you need, compared with the shortest path, the higher your score."
        )

    def visible(self, task: MazeTask) -> Facts:
        """Size, limit, and the first room with its ways."""
        return {
            "size": task.size,
            "max_turns": self.max_turns,
            "cell": list(task.start),
            "ways": list(task.ways_of(task.start)),
        }

    def start(self, task: MazeTask, rng_key: int) -> tuple[Position, str]:
        """Stand in the middle; nothing is left to chance."""
        del rng_key
        return Position(task, task.start), _sight(task, task.start)

    def step(self, state: Position, reply: str) -> tuple[Position, StepResult]:
        """Go one room further, if the reply names a way that is open."""
        move = read_move(reply)
        is_open = move in state.task.ways_of(state.cell)
        cell = grid.neighbour(state.cell, move) if move and is_open else state.cell
        after = evolve(state, cell=cell, turns=state.turns + 1)
        done = after.is_out or after.turns >= self.max_turns
        return after, StepResult(
            observation=_answer(after, move, is_open=is_open, is_last=done),
            done=done,
            reward=after.task.shortest / after.turns if after.is_out else 0.0,
            solved=after.is_out,
            facts={
                "move": move,
                "valid": is_open,
                "cell": list(cell),
                "ways": [] if after.is_out else list(after.task.ways_of(cell)),
            },
        )

    def outcome_facts(self, state: Position) -> Facts:
        """Turns used, and how few would have done."""
        return {"turns": state.turns, "shortest": state.task.shortest}

    def reveal(self, task: MazeTask) -> str:
        """Where the exit was."""
        row, column = task.goal
        return f"The exit was in the {task.place}, in row {row}, column {column}."

    def revealed(self, task: MazeTask) -> Facts:
        """The same as facts."""
        return {"exit": task.place}

    def secret(self, task: MazeTask) -> str:
        """The place of the exit; its walls have nothing to do with z."""
        return task.place

    def sample_task(self, rng: random.Random) -> MazeTask:
        """A maze whose exit lies anywhere."""
        return self.draw_task(rng.choice(tuple(grid.EXITS)), rng)

    def draw_task(self, place: str, rng: random.Random) -> MazeTask:
        """A maze with its exit in a given place and walls at random."""
        return MazeTask(
            size=self.size, place=place, ways=grid.draw_ways(self.size, self.loops, rng)
        )

    def demonstrate(self, task: MazeTask) -> Iterator[str]:
        """Depth-first exploration."""
        state, _ = self.start(task, 0)
        turns: list[Facts] = []
        done = False
        while not done:
            reply = f"[{explore(self.visible(task), turns)}]"
            yield reply
            state, result = self.step(state, reply)
            turns.append(result.facts)
            done = result.done


def read_move(reply: str) -> str | None:
    """The last move that a reply names."""
    moves = MOVE.findall(reply)
    return moves[-1].lower() if moves else None


def check_size(size: int) -> None:
    """Refuse a size without a middle room, and one that no one would play.

    Raises:
        ValueError: It is even, or outside 3 to 15.
    """
    if size % 2 == 0 or not 3 <= size <= 15:
        raise ValueError(f"size is {size}; a maze has an odd number of rooms a side, 3 to 15")


def _answer(state: Position, move: str | None, *, is_open: bool, is_last: bool) -> str:
    if state.is_out:
        return f"You go {move} and step out of the maze."
    if move is None:
        event = "I found no move in your reply; write [north], [east], [south] or [west]."
    elif is_open:
        event = f"You go {move}."
    else:
        event = f"A wall blocks the way {move}."
    end = " You have no turns left." if is_last else ""
    return f"{event} {_sight(state.task, state.cell)}{end}"


def _sight(task: MazeTask, cell: Cell) -> str:
    ways = ", ".join(task.ways_of(cell))
    return f"You are in row {cell[0]}, column {cell[1]}. Open ways: {ways}."
