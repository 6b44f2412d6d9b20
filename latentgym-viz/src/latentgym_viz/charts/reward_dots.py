"""Gain and cumulative reward of every agent in every environment."""

from collections.abc import Iterator

from latentgym_viz.charts.grammar.cast import Cast
from latentgym_viz.charts.grammar.chart import Chart
from latentgym_viz.charts.grammar.dots import dot_chart
from latentgym_viz.charts.grammar.estimates import interval_sentence, measure_rows, sample_sentence
from latentgym_viz.charts.grammar.grain import grain_of
from latentgym_viz.charts.reward_curves import SECTION
from latentgym_viz.reading.findings import Findings

BARS = interval_sentence("Bars")


def reward_dot_charts(findings: Findings, cast: Cast) -> Iterator[Chart]:
    """Gain around zero, and cumulative reward."""
    if not findings.scores:
        return
    if any(each.measures["gain"].value is not None for each in findings.report.summaries):
        yield _chart(
            findings,
            cast,
            measure="gain",
            key="gain",
            title="Gain from the first to the last task",
            axis_title="gain: reward of the last task − first task",
            what="Mean reward of the last task minus that of the first; right of the line: it "
            "got better.",
            marks={0.0: ""},
        )
    yield _chart(
        findings,
        cast,
        measure="cumulative_reward",
        key="cumulative_reward",
        title="Cumulative reward",
        axis_title="reward per sequence",
        what="Sum of the rewards of a sequence, mean over sequences.",
        marks={},
    )


def _chart(
    findings: Findings,
    cast: Cast,
    *,
    measure: str,
    key: str,
    title: str,
    axis_title: str,
    what: str,
    marks: dict[float, str],
) -> Chart:
    grain = grain_of(findings)
    summaries = findings.summaries(grain.axis)
    rows = [
        {**row, "environment": grain.labels[row["group"]]}
        for row in measure_rows(summaries, measure, cast)
    ]
    return Chart(
        key=key,
        section=SECTION,
        title=title,
        caption=f"{what}{grain.pooling} {sample_sentence(summaries)} {BARS}",
        commands=findings.commands,
        drawing=dot_chart(rows, cast, title=axis_title, marks=marks),
    )
