"""Every chart that some runs have data for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from latentgym_viz.charts.coverage import coverage_charts
from latentgym_viz.charts.grammar.cast import Cast
from latentgym_viz.charts.grammar.chart import Chart
from latentgym_viz.charts.grammar.themes import Theme
from latentgym_viz.charts.hand_off import hand_off_charts
from latentgym_viz.charts.knowledge import knowledge_charts
from latentgym_viz.charts.reward_curves import reward_curve_charts
from latentgym_viz.charts.reward_dots import reward_dot_charts
from latentgym_viz.charts.strips import strip_charts
from latentgym_viz.charts.training import training_charts
from latentgym_viz.reading.findings import Findings, read_findings

DEFINITIONS: tuple[Callable[[Findings, Cast], Iterator[Chart]], ...] = (
    reward_curve_charts,
    reward_dot_charts,
    strip_charts,
    knowledge_charts,
    hand_off_charts,
    training_charts,
    coverage_charts,
)


def charts_of(findings: Findings) -> list[Chart]:
    """Every chart that there are data for, in the order of a report."""
    cast = Cast.of(findings.agents)
    return [chart for definition in DEFINITIONS for chart in definition(findings, cast)]


def catalog(runs: Sequence[Path], theme: Theme = "light") -> Mapping[str, Mapping[str, Any]]:
    """Key to finished Vega-Lite specification of every chart that runs have data for.

    The data are inlined. Title, section, caption and commands are under `usermeta`, the alternative
    text is the `description`. `themes.theme_config` gives the `config` of the other theme.

    Args:
        runs: Run folders, training folders or `.jsonl` files of trajectories.
        theme: `light` or `dark`.

    Raises:
        TrajectoryError: A file cannot be read, or is damaged before its last line.
    """
    return {chart.key: chart.spec(theme) for chart in charts_of(read_findings(runs))}
