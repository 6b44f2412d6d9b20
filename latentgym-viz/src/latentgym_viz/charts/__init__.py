"""Charts, one definition each: Vega-Lite specifications for pages, papers and reports.

specifications = catalog([Path("runs/first")])
svg = as_svg(specifications["learning_curve"])
"""

from latentgym_viz.charts.catalog import catalog, charts_of
from latentgym_viz.charts.grammar.rendering import as_svg, svg_to_pdf, svg_to_png
from latentgym_viz.charts.grammar.themes import theme_config
from latentgym_viz.reading.findings import Findings, read_findings

__all__ = [
    "Findings",
    "as_svg",
    "catalog",
    "charts_of",
    "read_findings",
    "svg_to_pdf",
    "svg_to_png",
    "theme_config",
]
