"""Dots with intervals: one number per agent and environment, around a line that means something."""

from collections.abc import Mapping
from typing import Literal

import altair as alt

from latentgym_viz.charts.grammar.cast import AGENT, Cast, estimate_tooltip
from latentgym_viz.charts.grammar.chart import Drawing, Row, drawn, inlined
from latentgym_viz.charts.grammar.layout import WIDTH, bounds, number_format

AGENT_HEIGHT, LONE_AGENT_HEIGHT = 15, 30
"""Pixels of an agent among others of an environment, and where there is one environment only."""


def dot_chart(
    rows: list[Row],
    cast: Cast,
    *,
    title: str,
    marks: Mapping[float, str] | None = None,
    form: str = "",
) -> Drawing:
    """Values with intervals from left to right; agents below each other in each environment.

    Args:
        rows: `agent`, `environment`, `value`, `low`, `high`, `n`; shown in the order given.
        cast: The agents.
        title: What the values are.
        marks: Values that are marked by a line, and their names.
        form: Format of the values, in the notation of d3.
    """
    marks = marks or {}
    agents = cast.among(rows)
    environments = list(dict.fromkeys(row["environment"] for row in rows))
    ends = bounds(rows, include=tuple(marks))
    shown = form or number_format(ends)
    value = alt.X(
        "value:Q",
        title=title,
        scale=alt.Scale(domain=ends, nice=False),
        axis=alt.Axis(tickCount=5, format=shown),
    )
    lone = len(environments) == 1
    place = _by_agent(cast, agents) if lone else _by_environment(cast, agents, environments)
    base = alt.Chart().encode(color=cast.colour(agents, legend=not lone), **place)
    layers = [
        *_lines(marks),
        base.mark_rule(strokeWidth=1.8).encode(
            x=alt.X("low:Q", scale=alt.Scale(domain=ends, nice=False)), x2="high:Q"
        ),
        base.mark_point(size=70).encode(
            x=value,
            shape=cast.shape(agents, legend=not lone),
            tooltip=estimate_tooltip("environment"),
        ),
    ]
    step = alt.Step(LONE_AGENT_HEIGHT) if lone else alt.Step(AGENT_HEIGHT, **{"for": "offset"})
    return drawn(alt.layer(*layers, data=inlined(rows)).properties(width=WIDTH, height=step))


def _by_agent(cast: Cast, agents: list[str]) -> dict[str, alt.Y]:
    names = [cast.names[each] for each in agents]
    return {"y": alt.Y(f"{AGENT}:N", sort=names, title=None, axis=alt.Axis(grid=False))}


def _by_environment(
    cast: Cast, agents: list[str], environments: list[str]
) -> dict[str, alt.Y | alt.YOffset]:
    names = [cast.names[each] for each in agents]
    scale = alt.Scale(paddingInner=0.35, paddingOuter=0.15)
    return {
        "y": alt.Y(
            "environment:N",
            sort=environments,
            title=None,
            scale=scale,
            axis=alt.Axis(grid=False, labelLimit=640),
        ),
        "yOffset": alt.YOffset(f"{AGENT}:N", sort=names, scale=alt.Scale(domain=names)),
    }


def _lines(marks: Mapping[float, str]) -> list[alt.Chart]:
    """A line for each marked value; names above, turned outwards so that they never meet."""
    layers = []
    for value, name in marks.items():
        base = alt.Chart(inlined([{"name": name}])).encode(x=alt.datum(value, type="quantitative"))
        layers.append(base.mark_rule(strokeDash=[3, 3], strokeWidth=1))
        if name:
            side: Literal["left", "right"] = "right" if value == min(marks) else "left"
            text = base.mark_text(baseline="bottom", align=side, dy=-6)
            layers.append(text.encode(y=alt.value(0), text="name:N"))
    return layers
