"""Counts of sequences as stacked bars, one per agent."""

from collections.abc import Mapping

import altair as alt

from latentgym_viz.charts.grammar.cast import AGENT, Cast
from latentgym_viz.charts.grammar.chart import Drawing, Row, drawn, inlined
from latentgym_viz.charts.grammar.layout import WIDTH

BAR, STEP = 18, 28
"""Pixels of a bar, and from one to the next."""
LEAST_SHARE = 0.04
"""Share of the longest bar that has room for its number."""
COLOURS = ("#4c8fc9", "#c2663a", "#3f9a77", "#9a6fb5", "#a58a1f", "#c25b7c", "#6b8e9e", "#8a7a6b")
"""Contrast of at least 3:1 on light and dark, where the parts have no colours of their own."""


def stacked_bars(
    rows: list[Row], cast: Cast, *, part: str, colours: Mapping[str, str] | None = None
) -> Drawing:
    """Counts by agent, split into parts, with the number on every part that has room for it.

    Args:
        rows: `agent`, `count` and the field `part`; parts are stacked in the order of the rows.
        cast: The agents.
        part: Field that is told apart by colour.
        colours: Value of `part` to its colour.
    """
    names = [cast.names[each] for each in cast.among(rows)]
    parts = list(dict.fromkeys(row[part] for row in rows))
    if colours is not None:
        parts = [each for each in colours if each in parts]
    shades = [(colours or {}).get(each, COLOURS[i % len(COLOURS)]) for i, each in enumerate(parts)]
    ranked = [{**row, "rank": parts.index(row[part])} for row in rows]
    longest = max(sum(row["count"] for row in rows if row[AGENT] == name) for name in names)
    base = alt.Chart().encode(
        y=alt.Y(f"{AGENT}:N", sort=names, title=None, axis=alt.Axis(grid=False)),
        order=alt.Order("rank:Q"),
    )
    axis = alt.Axis(format="d", tickMinStep=1, tickCount=6)
    bars = base.mark_bar(height=BAR).encode(
        x=alt.X("count:Q", title="sequences", stack="zero", axis=axis),
        color=alt.Color(f"{part}:N", scale=alt.Scale(domain=parts, range=shades)),
        tooltip=[alt.Tooltip(f"{AGENT}:N"), alt.Tooltip(f"{part}:N"), alt.Tooltip("count:Q")],
    )
    written = alt.condition(f"datum.count >= {longest * LEAST_SHARE!r}", alt.value(1), alt.value(0))
    numbers = base.mark_text(color="#ffffff", fontSize=12, fontWeight=600).encode(
        x=alt.X("count:Q", stack="zero", bandPosition=0.5),
        text="count:Q",
        detail=f"{part}:N",
        opacity=written,
    )
    layered = alt.layer(bars, numbers, data=inlined(ranked))
    return drawn(layered.properties(width=WIDTH, height=alt.Step(STEP)))
