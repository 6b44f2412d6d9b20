"""One self-contained page: nothing is loaded, no script runs, all text is escaped."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from attrs import frozen

from latentgym_core.metrics.bootstrap import CONFIDENCE, NUM_RESAMPLES
from latentgym_core.metrics.rendering.tables import Table
from latentgym_core.wording import counted
from latentgym_viz.charts.grammar.chart import Chart
from latentgym_viz.charts.grammar.themes import Theme
from latentgym_viz.reading.findings import Findings
from latentgym_viz.report.missing import Missing
from latentgym_viz.report.summary_sentences import summary_sentences
from latentgym_viz.report.tables import TableSet
from latentgym_viz.wording import plain

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
MOST_OPEN = 3
"""Tables that a set shows without being asked."""


@frozen(kw_only=True)
class Figure:
    """A chart, drawn in both themes.

    Attributes:
        chart: What is drawn.
        svg: Theme to its picture.
    """

    chart: Chart
    svg: Mapping[Theme, str]


@frozen(kw_only=True)
class PageContent:
    """Everything that the page shows.

    Attributes:
        findings: What was read.
        figures: In order.
        tables: In order; the overview first, if there is one.
        missing: What is not there.
        versions: Distribution or component to its version.
    """

    findings: Findings
    figures: Sequence[Figure]
    tables: Sequence[TableSet]
    missing: Sequence[Missing]
    versions: Mapping[str, str]


def render_page(content: PageContent) -> str:
    """The page as HTML."""
    sections = [*_sections(content)]
    links = "".join(f'<li><a href="#{key}">{title}</a></li>' for key, title, _ in sections)
    body = "".join(
        f'<section id="{key}"><h2>{title}</h2>{inside}</section>' for key, title, inside in sections
    )
    style = files("latentgym_viz.report").joinpath("page.css").read_text("utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_title(content.findings)}</title><style>{style}</style></head><body>"
        f"<header><h1>{_title(content.findings)}</h1>{_lead(content.findings)}"
        f'<nav aria-label="Contents"><ul>{links}</ul></nav></header>'
        f"<main>{body}</main><footer>{_footer()}</footer></body></html>\n"
    )


def _sections(content: PageContent) -> Iterable[tuple[str, str, str]]:
    """Key, title and inside of every section."""
    sentences = [_text(each) for each in summary_sentences(content.findings)]
    if sentences:
        overview = [each for each in content.tables if each.key == "overview"]
        tables = "".join(_table(table) for each in overview for table in each.tables)
        yield (
            "summary",
            "In short",
            f'<div class="card"><ul class="sentences">{_items(sentences)}</ul></div>'
            f'<div class="card">{tables}</div>',
        )
    numbered = list(enumerate(content.figures, start=1))
    for section in dict.fromkeys(figure.chart.section for figure in content.figures):
        inside = "".join(_figure(n, each) for n, each in numbered if each.chart.section == section)
        yield _slug(section), escape(section), inside
    rest = [each for each in content.tables if each.key != "overview"]
    if rest:
        yield "tables", "Tables", "".join(map(_table_set, rest))
    if content.missing:
        yield "missing", "What is missing", _missing(content.missing)
    yield "provenance", "How this was made", _provenance(content)


def _title(findings: Findings) -> str:
    if len(findings.environments) == 1:
        return f"LatentGym report: {_text(findings.environments[0])}"
    return "LatentGym report"


def _lead(findings: Findings) -> str:
    agents = {each.agent for each in findings.scores}
    parts = [
        counted(len(agents), "agent"),
        counted(len(findings.environments), "environment"),
        counted(len(findings.scores), "played sequence"),
    ]
    if findings.hand_offs:
        parts.append(counted(len(findings.hand_offs), "hand-off measurement"))
    if findings.training:
        parts.append(counted(len(findings.training), "training run"))
    names = ", ".join(_text(str(run.path)) for run in findings.runs)
    return f'<p class="intro">{" · ".join(parts)}<br>{names}</p>'


def _figure(number: int, figure: Figure) -> str:
    chart = figure.chart
    light, dark = (_data_address(figure.svg[theme]) for theme in ("light", "dark"))
    commands = "".join(f" <code>{_text(each)}</code>" for each in chart.commands)
    produced = f" Produced by{commands}." if commands else ""
    return (
        f'<figure id="{_slug(chart.key)}"><h3>{_text(chart.title)}</h3>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="{_text(chart.title)}"><picture>'
        f'<source media="screen and (prefers-color-scheme: dark)" srcset="{dark}">'
        f'<img src="{light}" alt="{_text(chart.title)}. {_text(chart.caption)}"></picture></div>'
        f"<figcaption><b>Figure {number}.</b> {_text(chart.caption)}{produced}</figcaption>"
        "</figure>"
    )


def _table_set(tables: TableSet) -> str:
    is_open = " open" if len(tables.tables) <= MOST_OPEN else ""
    inside = "".join(map(_table, tables.tables))
    return f"<details{is_open}><summary>{_text(tables.title)}</summary>{inside}</details>"


def _table(table: Table) -> str:
    """A table whose leading columns of words are set to the left."""
    num_words = sum(name in ("environment", "agent") for name in table.header[:2]) or 1
    head = "".join(
        f'<th scope="col"{_class(index < num_words)}>{_text(cell) or "<span></span>"}</th>'
        for index, cell in enumerate(table.header)
    )
    rows = "".join(f"<tr>{_row(row, num_words)}</tr>" for row in table.rows)
    notes = "".join(f'<p class="note">{_text(note)}</p>' for note in table.notes)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{_text(table.title)}"><table>'
        f"<caption>{_text(table.title)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{notes}</div>"
    )


def _row(cells: Sequence[str], num_words: int) -> str:
    words = "".join(
        f'<th scope="row" class="text">{_text(cell)}</th>' for cell in cells[:num_words]
    )
    return words + "".join(f"<td>{_text(cell)}</td>" for cell in cells[num_words:])


def _class(is_text: bool) -> str:
    return ' class="text"' if is_text else ""


def _missing(missing: Sequence[Missing]) -> str:
    items = [f"{_text(each.what)}<br><code>{_text(each.command)}</code>" for each in missing]
    return f'<div class="card"><ul class="missing">{_items(items)}</ul></div>'


def _provenance(content: PageContent) -> str:
    findings = content.findings
    commands = "\n".join(
        (*findings.commands, *findings.inference_commands, *findings.training_commands)
    )
    shown = f"<pre><code>{_text(commands)}</code></pre>" if commands else ""
    versions = ", ".join(f"{_text(name)} {_text(text)}" for name, text in content.versions.items())
    return (
        f'<div class="card"><p>These commands produce the data again:</p>{shown}'
        f"<p>Intervals are {CONFIDENCE:.0%} percentile bootstrap intervals over sequences with "
        f"{NUM_RESAMPLES:,} resamples. Sequences that an error ended are in no estimate; tasks "
        "that a budget cut off count 0.</p>"
        f'<p class="note">Versions: {versions}.</p></div>'
    )


def _footer() -> str:
    return "LatentGym measures and trains learning across tasks that share a hidden latent."


def _items(items: Iterable[str]) -> str:
    return "".join(f"<li>{each}</li>" for each in items)


def _text(text: str) -> str:
    """Text from outside, fit for HTML and for attributes in quotes."""
    return escape(plain(text, keep="\n"))


def _slug(text: str) -> str:
    return "".join(each if each.isalnum() and each.isascii() else "-" for each in text.lower())


def _data_address(svg: str) -> str:
    encoded = base64.b64encode(svg.encode("utf-8")).decode("ascii")
    return f"data:image/svg+xml;base64,{encoded}"
