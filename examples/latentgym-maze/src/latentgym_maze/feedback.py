"""A feedback of the maze's own: the map."""

from typing import ClassVar

from attrs import frozen

from latentgym_core.contract.feedback import Feedback, Standard, TaskReport
from latentgym_maze.maze import MazeTask


@frozen(kw_only=True)
class Map(Feedback):
    """The standard line, then the maze from above: `S` start, `E` exit."""

    reveals: ClassVar[bool] = True

    def report(self, report: TaskReport) -> str:
        """Success, score and map."""
        return f"{Standard().report(report)}\nThis was the maze:\n{draw(report.task)}"


def draw(task: MazeTask) -> str:
    """The maze as text, three characters to a room and its eastern wall."""
    span = range(1, task.size + 1)
    lines = ["+" + "--+" * task.size]
    for row in span:
        ways = [task.ways_of((row, column)) for column in span]
        marks = {task.start: "S", task.goal: "E"}
        rooms = (
            f"{marks.get((row, column), ' ')} {' ' if 'east' in ways[column - 1] else '|'}"
            for column in span
        )
        lines.append("|" + "".join(rooms))
        lines.append("+" + "".join("  +" if "south" in each else "--+" for each in ways))
    return "\n".join(lines)
