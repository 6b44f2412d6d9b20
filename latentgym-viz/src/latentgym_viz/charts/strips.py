"""Reward as colour: a cell per task, a row per agent or per sequence."""

from collections.abc import Iterator

import altair as alt

from latentgym_core.wording import counted
from latentgym_viz.charts.grammar.cast import AGENT, Cast
from latentgym_viz.charts.grammar.chart import Chart, Drawing, Row, below, drawn, inlined
from latentgym_viz.charts.grammar.estimates import curve_rows, sample_sentence
from latentgym_viz.charts.grammar.grain import grain_of
from latentgym_viz.charts.reward_curves import SECTION
from latentgym_viz.reading.findings import Findings

CELL_WIDTH, CELL_HEIGHT, THIN = 44, 26, 9
"""Pixels of a cell, and the height of one that holds no number."""
TILES = alt.Scale(padding=0.05)
MOST_SEQUENCES = 60


def strip_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """Mean rewards of all environments; for a single one also every sequence."""
    if not findings.scores:
        return
    yield _mean_strip(findings, cast)
    if len(findings.environments) == 1:
        yield _sequence_strip(findings, cast)


def _mean_strip(findings: Findings, cast: Cast) -> Chart:
    grain = grain_of(findings)
    summaries = findings.summaries(grain.axis)
    groups: dict[str, list[Row]] = {group: [] for group in grain.labels}
    for row in curve_rows(summaries, "reward", cast):
        groups[row["group"]].append(row)
    values = [row["value"] for rows in groups.values() for row in rows if row["value"] is not None]
    middle = (min(values, default=0.0) + max(values, default=1.0)) / 2
    num_tasks = max(each.num_tasks for each in summaries)
    last = list(groups)[-1]
    strips = [
        _strip(rows, cast, grain.labels[group], middle, num_tasks, with_axis=group == last)
        for group, rows in groups.items()
    ]
    return Chart(
        key="reward_strip",
        section=SECTION,
        title="Mean reward of each task as a strip",
        caption=f"Mean reward of task i.{grain.pooling} {sample_sentence(summaries)} "
        "Intervals are in the learning curves.",
        commands=findings.commands,
        drawing=below(strips, spacing=14),
    )


def _strip(
    rows: list[Row], cast: Cast, title: str, middle: float, num_tasks: int, *, with_axis: bool
) -> Drawing:
    """The strips of one group, a row per agent that has played there.

    Args:
        rows: `agent`, `task` and `value`.
        cast: The agents.
        title: Stands above.
        middle: Rewards above it are written in dark ink.
        num_tasks: Width of all strips in cells.
        with_axis: Whether the tasks are numbered below.
    """
    names = [cast.names[each] for each in cast.among(rows)]
    labels = alt.Axis(grid=False, minExtent=cast.label_width)  # strips begin below each other
    agents = alt.Y(f"{AGENT}:N", sort=names, title=None, scale=TILES, axis=labels)
    base = alt.Chart().encode(x=_task(num_tasks, with_axis=with_axis), y=agents)
    ink = alt.condition(f"datum.value > {middle!r}", alt.value("#1c2024"), alt.value("#ffffff"))
    number = base.mark_text(fontSize=12).encode(text=alt.Text("value:Q", format=".2f"), color=ink)
    layered = alt.layer(_cells(base), number, data=inlined(rows))
    width, height = alt.Step(CELL_WIDTH), alt.Step(CELL_HEIGHT)
    return drawn(layered.properties(title=title, width=width, height=height))


def _sequence_strip(findings: Findings, cast: Cast) -> Chart:
    played = [each for each in findings.scores if not each.failed]
    seeds = sorted({each.seed for each in played})
    shown = set(seeds[:MOST_SEQUENCES])
    rows: list[Row] = [
        {AGENT: cast.names[each.agent], "seed": each.seed, "task": task, "value": reward}
        for each in played
        if each.seed in shown
        for task, reward in enumerate(each.rewards, start=1)
    ]
    base = alt.Chart(inlined(rows)).encode(
        x=_task(max(len(each.rewards) for each in findings.scores)),
        y=alt.Y(
            "seed:O",
            title="seed",
            scale=TILES,
            axis=alt.Axis(grid=False, labelOverlap=True, labelFontSize=11),
        ),
    )
    panel = _cells(base).properties(width=alt.Step(20), height=alt.Step(THIN))
    names = [cast.names[each] for each in cast.among(rows)]
    left_out = len(seeds) - len(shown)
    more = f" The {counted(left_out, 'further seed')} are not shown." if left_out else ""
    return Chart(
        key="sequences",
        section=SECTION,
        title="Reward of every task of every sequence",
        caption=f"One row per sequence, n = {counted(len(shown), 'seed')} per agent; no intervals: "
        f"these are the rewards themselves.{more}",
        commands=findings.commands,
        drawing=drawn(panel.facet(alt.Facet(f"{AGENT}:N", sort=names, title=None), columns=4)),
    )


def _task(num_tasks: int, *, with_axis: bool = True) -> alt.X:
    axis = alt.Axis(labelAngle=0, grid=False) if with_axis else None
    scale = alt.Scale(padding=0.05, domain=list(range(1, num_tasks + 1)))
    return alt.X("task:O", title="task", scale=scale, axis=axis)


def _cells(base: alt.Chart) -> alt.Chart:
    """Rectangles coloured by reward."""
    tooltip = [
        alt.Tooltip(f"{AGENT}:N"),
        alt.Tooltip("task:Q"),
        alt.Tooltip("value:Q", format=".3f"),
    ]
    cells: alt.Chart = base.mark_rect().encode(color=reward_colour(), tooltip=tooltip)
    return cells


def reward_colour() -> alt.Color:
    """The field `value` as a colour from dark blue to yellow, even for colour-blind readers."""
    legend = alt.Legend(title="reward", orient="right", gradientLength=80, titleFontSize=13)
    return alt.Color("value:Q", scale=alt.Scale(scheme="cividis"), legend=legend)
