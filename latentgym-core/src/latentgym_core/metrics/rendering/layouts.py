"""Tables of a report as text for a terminal or a pipe, as Markdown, as LaTeX; numbers as CSV."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from latentgym_core.metrics.rendering.tables import WIDTH, Table, as_latex, as_markdown, as_text

ReportT = TypeVar("ReportT")
LAYOUTS = ("text", "md", "latex")


def joined(tables: Iterable[Table], form: str = "text", width: int = WIDTH) -> str:
    """Tables one below the other.

    Args:
        tables: What is shown.
        form: One of `LAYOUTS`.
        width: Most characters of a line of `text`.
    """
    layouts: dict[str, Callable[[Table], str]] = {
        "text": partial(as_text, width=width),
        "md": as_markdown,
        "latex": as_latex,
    }
    return "\n\n".join(map(layouts[form], tables)) + "\n"


def renderers(
    tables: Callable[[ReportT], Iterable[Table]], as_csv: Callable[[ReportT], str]
) -> Mapping[str, Callable[..., str]]:
    """Every layout to a function that takes a report, and for `text` the width of a line.

    Args:
        tables: Those of a report.
        as_csv: Its numbers, unrounded.
    """

    def render(form: str, report: ReportT, width: int = WIDTH) -> str:
        return joined(tables(report), form, width)

    return MappingProxyType({**{form: partial(render, form) for form in LAYOUTS}, "csv": as_csv})
