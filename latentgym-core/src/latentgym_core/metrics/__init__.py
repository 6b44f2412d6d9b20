"""Measures of played sequences, each with a bootstrap interval over sequences.

report = build_report(read_trajectories(Path("run")))
print(render_text(report))
"""

from latentgym_core.metrics.comparison import compare
from latentgym_core.metrics.records import Comparison, Estimate, Report, Summary
from latentgym_core.metrics.rendering.reports import (
    RENDERERS,
    render_csv,
    render_markdown,
    render_text,
)
from latentgym_core.metrics.report import build_report, summary_data
from latentgym_core.metrics.summary import summarise

__all__ = [
    "RENDERERS",
    "Comparison",
    "Estimate",
    "Report",
    "Summary",
    "build_report",
    "compare",
    "render_csv",
    "render_markdown",
    "render_text",
    "summarise",
    "summary_data",
]
