"""Colour, marker and dash of every agent; the markers and dashes say what the colours say."""

from collections.abc import Iterable

from attrs import frozen

from latentgym_viz.palette import AGENT_COLOURS, agent_colours

SHAPES = (
    *("circle", "square", "triangle-up", "diamond"),
    *("triangle-down", "cross", "triangle-right", "triangle-left"),
)
DASHES = ((1, 0), (7, 3), (2, 2), (8, 3, 2, 3))


@frozen(kw_only=True)
class AgentStyle:
    """How an agent is drawn.

    Attributes:
        colour: As `#rrggbb`, for light and dark backgrounds.
        shape: Vega's name of its marker.
        dash: Lengths of strokes and gaps in pixels; (1, 0) is a whole line.
    """

    colour: str
    shape: str
    dash: tuple[int, ...]


def agent_styles(agents: Iterable[str]) -> dict[str, AgentStyle]:
    """Give each agent a style; the same set of agents gives the same styles in every chart.

    Where colours repeat, after eight agents, dashes and markers change.

    Args:
        agents: Everybody who is to be told apart, in any order.
    """
    colours = agent_colours(agents)
    styles: dict[str, AgentStyle] = {}
    for index, agent in enumerate(sorted(colours)):
        lap = index // len(AGENT_COLOURS)
        styles[agent] = AgentStyle(
            colour=colours[agent],
            shape=SHAPES[(index + lap) % len(SHAPES)],
            dash=DASHES[lap % len(DASHES)],
        )
    return styles
