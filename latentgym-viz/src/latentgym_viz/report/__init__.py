"""A report of some runs: figures, tables, and one page to send to a colleague."""

from latentgym_viz.report.folder import Report, write_report

__all__ = ["Report", "write_report"]
