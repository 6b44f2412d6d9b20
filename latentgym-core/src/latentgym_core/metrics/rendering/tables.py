"""Plain tables: aligned text that survives a pipe, Markdown, and LaTeX."""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import dropwhile
from types import MappingProxyType

from attrs import frozen

from latentgym_core.folding import fold
from latentgym_core.metrics.records import Estimate

WIDTH = 110
"""Of a line where nobody says what fits: in a file, or through a pipe."""
LABEL_SHARE = 0.4
"""Most of a line that labels take where they have to be folded."""
LEAST_LABEL, LEAST_HEADING = 24, 14
GAP = "  "
UNDEFINED = "n/a"
LATEX: Mapping[int, str] = MappingProxyType(
    str.maketrans(
        {
            "\\": r"\textbackslash{}",
            **{sign: f"\\{sign}" for sign in "&%$#_{}"},
            "~": r"\textasciitilde{}",
            "^": r"\textasciicircum{}",
            "<": r"\textless{}",
            ">": r"\textgreater{}",
            "→": r"$\rightarrow$",
            "±": r"$\pm$",
            "–": "--",
            "−": "$-$",
        }
    )
)
"""What stands for a sign that LaTeX reads as something else."""


@frozen(kw_only=True)
class Table:
    """Cells as text; the first column labels the rows.

    Attributes:
        title: One line above the table.
        header: One cell per column.
        rows: As many cells each as the header.
        notes: Lines below the table.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def as_text(table: Table, width: int = WIDTH) -> str:
    """Aligned columns, numbers to the right; more columns than fit go into a further block.

    Args:
        table: What is shown.
        width: Most characters of a line; longer labels and headings are folded, titles and notes
            are wrapped at blanks, so that an id stays whole.
    """
    whole = _columns(table)
    fitted = whole if not table.rows or _fits(whole, width) else _narrowed(table, width)
    blocks = [_aligned(columns) for columns in _blocks(fitted, width)]
    texts = [_wrapped(text, width) for text in (table.title, *table.notes)]
    return "\n".join((texts[0], "\n\n".join(blocks), *texts[1:]))


def as_markdown(table: Table) -> str:
    """A Markdown table under a bold title."""
    rule = ("---", *["---:"] * (len(table.header) - 1))
    rows = ((cell.replace("|", r"\|") for cell in row) for row in (table.header, rule, *table.rows))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join((f"**{table.title}**", "", *lines, *("", *table.notes) * bool(table.notes)))


def as_latex(table: Table) -> str:
    """A LaTeX `table` for the package booktabs; every sign of the cells is escaped."""
    header, *rows = (_latex_row(row) for row in (table.header, *table.rows))
    return "\n".join(
        (
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{_latex(' '.join(table.title.split()))}}}",
            rf"\begin{{tabular}}{{l{'r' * (len(table.header) - 1)}}}",
            *(r"\toprule", header, r"\midrule", *rows, r"\bottomrule"),
            r"\end{tabular}",
            *(rf"\par\smallskip {_latex(note)}" for note in table.notes),
            r"\end{table}",
        )
    )


def _latex_row(cells: Sequence[str]) -> str:
    row = " & ".join(map(_latex, cells))
    # A bracket or star after the end of a row would be read as belonging to that end.
    return ("{}" if row.startswith(("[", "*")) else "") + row + r" \\"


def _latex(text: str) -> str:
    return text.translate(LATEX)


def with_interval(estimate: Estimate, form: str, *, signed: bool = False) -> str:
    """An estimate as a cell: `0.812 [0.790, 0.834]`, `n/a` for what is not defined.

    Args:
        estimate: What is shown.
        form: Format of its numbers, as in `.3f`.
        signed: Whether a plus sign is written.
    """
    sign = "+" if signed else ""

    def shown(value: float | None) -> str:
        return UNDEFINED if value is None else format(value, sign + form)

    value = shown(estimate.value)
    if estimate.value is None:
        return value
    return f"{value} [{shown(estimate.low)}, {shown(estimate.high)}]"


def _columns(table: Table) -> list[tuple[str, ...]]:
    return list(zip(table.header, *table.rows, strict=True))


def _wrapped(text: str, width: int) -> str:
    lines = (
        textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")
    )
    return "\n".join(lines)


def _fits(columns: Sequence[tuple[str, ...]], width: int) -> bool:
    return sum(map(_width, columns)) + len(GAP) * (len(columns) - 1) <= width


def _narrowed(table: Table, width: int) -> list[tuple[str, ...]]:
    """Columns whose headings and labels are folded onto several lines."""
    limit = max(LEAST_LABEL, int(width * LABEL_SHARE))
    cells = [row[1:] for row in table.rows]
    widths = [max(LEAST_HEADING, *map(len, column)) for column in zip(*cells, strict=True)]
    headings = [fold(name, size) for name, size in zip(table.header[1:], widths, strict=True)]
    header = zip(*_padded([fold(table.header[0], limit), *headings]), strict=True)
    labels = (fold(row[0], limit) for row in table.rows)
    return list(zip(*header, *_unfolded(labels, cells), strict=True))


def _padded(lists: Sequence[list[str]]) -> list[list[str]]:
    """Lists of lines of one height, blank lines above the shorter ones."""
    height = max(map(len, lists))
    return [[""] * (height - len(lines)) + lines for lines in lists]


def _unfolded(
    labels: Iterable[list[str]], rows: Iterable[tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """Rows of one line; what is left of a label stands below, beside a row without one."""
    left: list[str] = []
    blank: tuple[str, ...] = ()
    for lines, cells in zip(labels, rows, strict=True):
        if lines == [""] and left:
            yield (left.pop(0), *cells)
            continue
        yield from ((line, *blank) for line in left)
        yield (lines[0], *cells)
        left, blank = lines[1:], ("",) * len(cells)
    yield from ((line, *blank) for line in left)


def _blocks(columns: Sequence[tuple[str, ...]], width: int) -> Iterator[list[tuple[str, ...]]]:
    """Split columns so that each block fits; every block repeats the label column."""
    label, *rest = columns
    block, used = [label], _width(label)
    for column in rest:
        needed = len(GAP) + _width(column)
        if len(block) > 1 and used + needed > width:
            yield block
            block, used = [label], _width(label)
        block.append(column)
        used += needed
    yield block


def _aligned(columns: Sequence[tuple[str, ...]]) -> str:
    label, *rest = columns
    padded = [[cell.ljust(_width(label)) for cell in label]]
    padded += [[cell.rjust(_width(column)) for cell in column] for column in rest]
    lines = (GAP.join(row).rstrip() for row in zip(*padded, strict=True))
    return "\n".join(dropwhile(lambda line: not line, lines))  # another block's heading is higher


def _width(column: Sequence[str]) -> int:
    return max(map(len, column))
