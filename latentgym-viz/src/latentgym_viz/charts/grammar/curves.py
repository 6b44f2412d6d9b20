"""Lines over the tasks of a sequence with their intervals: one panel, or many small ones."""

from collections.abc import Sequence
from typing import Any

import altair as alt
from attrs import frozen

from latentgym_viz.charts.grammar.cast import AGENT, Cast, estimate_tooltip
from latentgym_viz.charts.grammar.chart import Drawing, Row, below, beside, drawn, inlined
from latentgym_viz.charts.grammar.layout import (
    HEIGHT,
    LINE_HEIGHT,
    MOST_COLUMNS,
    PANEL_GAP,
    PANEL_HEIGHT,
    PANEL_WIDTH,
    WIDTH,
    bounds,
    number_format,
    spread,
)

MOST_TICKS = 12


@frozen
class Panel:
    """A small panel.

    Attributes:
        title: Stands above it.
        subtitle: Stands below the title.
        rows: See `curve_panel`; none for a panel that stays empty.
    """

    title: str
    subtitle: str
    rows: list[Row]


def curve_panel(
    rows: list[Row],
    cast: Cast,
    *,
    y_title: str,
    x: str = "task",
    domain: Sequence[float] | None = None,
    y_format: str = "",
    mark: float | None = None,
) -> Drawing:
    """One panel; every line is named at its end.

    Args:
        rows: One per agent and position: `agent`, the field `x`, `value`, `low`, `high`, `n`.
        cast: The agents.
        y_title: What the values are.
        x: Field of the positions, whole numbers; also the title of the axis.
        domain: Ends of the vertical axis; None fits them to the rows.
        y_format: Format of the values on the axis, in the notation of d3.
        mark: A value that is marked by a line.
    """
    agents = cast.among(rows)
    height = max(HEIGHT, LINE_HEIGHT * (len(agents) + 1))
    ends = list(domain or bounds(rows, include=_known(mark)))
    names = _names_at_the_end(rows, x, ends, height)
    position = _position(rows, x)
    value = _Value(y_title, ends, y_format, num_ticks=5)
    named = alt.Chart(inlined(names)).encode(x=position, y=value.channel)
    key = named.mark_point(xOffset=20).encode(color=cast.colour(agents), shape=cast.shape(agents))
    label = named.mark_text(align="left", baseline="middle", dx=30).encode(text=f"{AGENT}:N")
    layers = _layers(cast, agents, position, value, x, legend=False)
    layered = alt.layer(*_marked(mark), *layers, key, label, data=inlined(rows))
    return drawn(layered.properties(width=WIDTH, height=height))


def curve_grid(
    panels: Sequence[Sequence[Panel]],
    cast: Cast,
    *,
    y_title: str,
    x: str = "task",
    domain: Sequence[float] | None = None,
    y_format: str = "",
    mark: float | None = None,
) -> Drawing:
    """Rows of small panels with a common legend.

    Args:
        panels: From top to bottom, and from left to right in each row.
        cast: The agents.
        y_title: What the values are.
        x: Field of the positions, whole numbers; also the title of the axis.
        domain: Ends of all vertical axes; None fits each to its own rows.
        y_format: Format of the values on the axis, in the notation of d3.
        mark: A value that is marked by a line.
    """
    agents = cast.among(row for line in panels for panel in line for row in panel.rows)
    lines = []
    for line in panels:
        small = [
            _small_panel(
                panel,
                cast,
                agents,
                x=x,
                ends=list(domain or bounds(panel.rows, include=_known(mark))),
                y_title=None if index and domain else y_title,
                y_format=y_format,
                mark=mark,
            )
            for index, panel in enumerate(line)
        ]
        lines.append(beside(small, spacing=PANEL_GAP))
    return below(lines, spacing=PANEL_GAP)


def _small_panel(
    panel: Panel,
    cast: Cast,
    agents: list[str],
    *,
    x: str,
    ends: list[float],
    y_title: str | None,
    y_format: str,
    mark: float | None,
) -> Drawing:
    value = _Value(y_title, ends, y_format, num_ticks=4)
    rows = panel.rows or [{AGENT: "", x: 1, "value": None, "low": None, "high": None}]
    layers = _layers(cast, agents, _position(rows, x), value, x, legend=True)
    layered = alt.layer(*_marked(mark), *layers, data=inlined(rows))
    title = alt.TitleParams(panel.title, subtitle=panel.subtitle)
    return drawn(layered.properties(title=title, width=PANEL_WIDTH, height=PANEL_HEIGHT))


@frozen
class _Value:
    """The vertical axis of a panel."""

    title: str | None
    ends: list[float]
    form: str
    num_ticks: int

    @property
    def scale(self) -> alt.Scale:
        """The same for lines, points and bands."""
        return alt.Scale(domain=self.ends, nice=False)

    @property
    def channel(self) -> alt.Y:
        """The field `value` on this axis."""
        form = self.form or number_format(self.ends, self.num_ticks)
        # The highest label must not push the title up, or titles of neighbours differ in height.
        axis = alt.Axis(tickCount=self.num_ticks, format=form, labelFlush=LINE_HEIGHT / 4)
        return alt.Y("value:Q", title=self.title, scale=self.scale, axis=axis)


def _known(mark: float | None) -> tuple[float, ...]:
    return () if mark is None else (mark,)


def wrapped(panels: Sequence[Panel]) -> list[Sequence[Panel]]:
    """Panels as rows of a grid, a few side by side."""
    return [panels[at : at + MOST_COLUMNS] for at in range(0, len(panels), MOST_COLUMNS)]


def _layers(
    cast: Cast, agents: list[str], x: alt.X, y: _Value, x_field: str, *, legend: bool
) -> list[alt.Chart]:
    """Band, line and points; the line names agents in the legend, the points add the markers."""
    colour = cast.colour(agents, legend=legend)
    base = alt.Chart().encode(x=x, color=colour)
    tooltip = estimate_tooltip(x_field)
    return [
        base.mark_area().encode(y=alt.Y("low:Q", scale=y.scale), y2="high:Q"),
        base.mark_line().encode(y=y.channel, strokeDash=cast.dash(agents, legend=legend)),
        base.mark_point().encode(
            y=y.channel, shape=cast.shape(agents, legend=legend), tooltip=tooltip
        ),
    ]


def _position(rows: list[Row], field: str) -> alt.X:
    last = max((row[field] for row in rows), default=1)
    first = min((row[field] for row in rows), default=1)
    ticks: Any = list(range(first, last + 1)) if last - first < MOST_TICKS else alt.Undefined
    scale = alt.Scale(domain=[first - 0.15, last + 0.15], nice=False)
    axis = alt.Axis(values=ticks, tickMinStep=1, format="d", grid=False)
    return alt.X(f"{field}:Q", title=field, scale=scale, axis=axis)


def _marked(value: float | None) -> list[alt.Chart]:
    """A dotted line at a value."""
    if value is None:
        return []
    datum = alt.datum(value, type="quantitative")
    return [alt.Chart().mark_rule(strokeDash=[3, 3], strokeWidth=1).encode(y=datum)]


def _names_at_the_end(rows: list[Row], x: str, domain: list[float], height: float) -> list[Row]:
    """One row per agent: its name beside the last point of its line, clear of the others."""
    last: dict[str, Row] = {}
    for row in rows:
        if row["value"] is not None and row[x] >= last.get(row[AGENT], row)[x]:
            last[row[AGENT]] = row
    end = max((row[x] for row in last.values()), default=1)
    gap = (domain[1] - domain[0]) * LINE_HEIGHT / height
    places = spread([row["value"] for row in last.values()], gap)
    return [
        {AGENT: agent, x: end, "value": place} for agent, place in zip(last, places, strict=True)
    ]
