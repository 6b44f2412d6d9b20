"""A report of inference as text, as Markdown, as LaTeX and as CSV."""

import csv
import io
from collections.abc import Callable, Mapping
from types import MappingProxyType

from latentgym_core.inference.summary import InferenceReport
from latentgym_core.inference.tables import inference_rows, inference_tables
from latentgym_core.metrics.rendering.tables import WIDTH, as_latex, as_markdown, as_text


def render_text(report: InferenceReport, width: int = WIDTH) -> str:
    """Aligned plain text."""
    tables = (as_text(table, width) for table in inference_tables(report))
    return "\n" + "\n\n".join(tables) + "\n"


def render_markdown(report: InferenceReport) -> str:
    """The same tables in Markdown."""
    return "\n" + "\n\n".join(map(as_markdown, inference_tables(report))) + "\n"


def render_latex(report: InferenceReport) -> str:
    """The same tables in LaTeX (booktabs), escaped."""
    return "\n" + "\n\n".join(map(as_latex, inference_tables(report))) + "\n"


def render_csv(report: InferenceReport) -> str:
    """Further rows under the header of `metrics.rendering.CSV_HEADER`."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(inference_rows(report))
    return file.getvalue()


INFERENCE_RENDERERS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {"text": render_text, "md": render_markdown, "latex": render_latex, "csv": render_csv}
)
