"""Write a report: `report.html`, `figures/` and `tables/`."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from latentgym_core.errors import SpecError
from latentgym_core.metrics.rendering.tables import LATEX
from latentgym_core.records.whole_files import is_free, write_whole
from latentgym_core.registry.loading import installed_versions
from latentgym_viz.charts.catalog import charts_of
from latentgym_viz.charts.grammar.chart import Chart
from latentgym_viz.charts.grammar.rendering import as_svg, svg_to_pdf, svg_to_png
from latentgym_viz.charts.grammar.themes import INKS, THEMES, theme_config
from latentgym_viz.reading.findings import Findings
from latentgym_viz.report.missing import Missing, find_missing
from latentgym_viz.report.page import Figure, PageContent, render_page
from latentgym_viz.report.tables import TableSet, latex, markdown, table_sets
from latentgym_viz.wording import plain

PAGE, FIGURES, TABLES = "report.html", "figures", "tables"
FORMATS = ("svg", "png", "pdf")
CONVERTERS: Mapping[str, Callable[[str], bytes]] = MappingProxyType(
    {"svg": lambda svg: svg.encode("utf-8"), "png": svg_to_png, "pdf": svg_to_pdf}
)
OWN = {FIGURES: {".svg", ".png", ".pdf", ".md", ".tex"}, TABLES: {".md", ".tex", ".csv"}}
"""What a report leaves in its folders, and what the next one may replace."""


@frozen(kw_only=True)
class Report:
    """What was written.

    Attributes:
        page: The page.
        files: Figures and tables.
        missing: What the report could not show.
    """

    page: Path
    files: tuple[Path, ...]
    missing: tuple[Missing, ...]


def write_report(
    findings: Findings,
    out: Path,
    *,
    formats: Collection[str] = FORMATS,
    on_figure: Callable[[str], None] = lambda _: None,
) -> Report:
    """Write figures, tables and the page; an earlier report in the folder is replaced.

    Args:
        findings: What is reported.
        out: A folder that is new, empty, or holds a report.
        formats: Of the figures, among `FORMATS`.
        on_figure: Called with the key of each figure once it is written.

    Raises:
        SpecError: The folder holds something else, or cannot be written.
    """
    charts = charts_of(findings)
    try:
        _make_room(out)
        figures, written = [], []
        for chart in charts:
            figures.append(_draw(chart))
            written += _write_figure(out / FIGURES, figures[-1], formats)
            on_figure(chart.key)
        written += _write_captions(out / FIGURES, charts)
        tables = list(table_sets(findings))
        for each in tables:
            written += _write_tables(out / TABLES, each)
        installed = installed_versions()
        missing = find_missing(findings, installed)
        content = PageContent(
            findings=findings,
            figures=figures,
            tables=tables,
            missing=missing,
            versions=_versions(findings, installed),
        )
        write_whole(out / PAGE, render_page(content))
    except OSError as error:
        raise SpecError(f"{out} cannot be written ({error.strerror or error}).") from error
    return Report(page=out / PAGE, files=tuple(written), missing=tuple(missing))


def _make_room(out: Path) -> None:
    """Make the folders and remove what an earlier report left in them."""
    if not is_free(out) and not (out / PAGE).is_file():
        raise SpecError(f"{out} is not empty and holds no report; name another --out.")
    for name, suffixes in OWN.items():
        (out / name).mkdir(parents=True, exist_ok=True)
        for path in (out / name).iterdir():
            if path.suffix in suffixes:
                path.unlink()


def _draw(chart: Chart) -> Figure:
    spec = chart.spec()
    svg = {
        theme: as_svg(
            {
                **spec,
                "config": {**theme_config(theme), "aria": False},
            },  # the page has a text for it
            background=INKS[theme].background,
        )
        for theme in THEMES
    }
    return Figure(chart=chart, svg=svg)


def _write_figure(folder: Path, figure: Figure, formats: Collection[str]) -> list[Path]:
    """A figure in every format, in the light theme."""
    written = []
    for form in formats:
        path = folder / f"{figure.chart.key}.{form}"
        write_whole(path, CONVERTERS[form](figure.svg["light"]))
        written.append(path)
    return written


def _write_captions(folder: Path, charts: Sequence[Chart]) -> list[Path]:
    """The captions as they go into a text, and as LaTeX figures."""
    texts = {
        "captions.md": "\n\n".join(
            f"**{chart.title}** (`{chart.key}`). {chart.full_caption}" for chart in charts
        ),
        "figures.tex": "\n\n".join(map(_latex_figure, charts)),
    }
    for name, text in texts.items():
        write_whole(folder / name, text + "\n")
    return [folder / name for name in texts]


def _latex_figure(chart: Chart) -> str:
    caption = f"{chart.title}. {chart.caption}"
    commands = "".join(
        rf" Produced by \texttt{{{plain(each).translate(LATEX)}}}." for each in chart.commands
    )
    return "\n".join(
        (
            r"\begin{figure}",
            r"\centering",
            rf"\includegraphics[width=\linewidth]{{{FIGURES}/{chart.key}.pdf}}",
            rf"\caption{{{plain(caption).translate(LATEX)}{commands}}}",
            rf"\label{{fig:{chart.key}}}",
            r"\end{figure}",
        )
    )


def _write_tables(folder: Path, tables: TableSet) -> list[Path]:
    texts = {
        "md": markdown(tables.tables),
        "tex": latex(tables.tables),
        "csv": tables.csv,
    }
    paths = [folder / f"{tables.key}.{suffix}" for suffix in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        write_whole(path, text)
    return paths


def _versions(findings: Findings, installed: Mapping[str, str]) -> dict[str, str]:
    """What the runs were made with; what is installed speaks for the report itself."""
    made_with = {name: text for run in findings.runs for name, text in run.versions.items()}
    return {**installed, **made_with}
