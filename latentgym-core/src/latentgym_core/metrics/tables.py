"""Plain tables: aligned text that survives a pipe, Markdown, and LaTeX."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from latentgym_core.metrics.records import Estimate

WIDTH = 110
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


def as_text(table: Table) -> str:
    """Aligned columns, numbers to the right; more columns than fit go into a further block."""
    blocks = [_aligned(columns) for columns in _blocks(_columns(table))]
    return "\n".join((table.title, "\n\n".join(blocks), *table.notes))


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


def _blocks(columns: Sequence[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """Split columns so that each block fits `WIDTH`; every block repeats the label column."""
    label, *rest = columns
    block, used = [label], _width(label)
    for column in rest:
        needed = len(GAP) + _width(column)
        if len(block) > 1 and used + needed > WIDTH:
            yield block
            block, used = [label], _width(label)
        block.append(column)
        used += needed
    yield block


def _aligned(columns: Sequence[tuple[str, ...]]) -> str:
    label, *rest = columns
    padded = [[cell.ljust(_width(label)) for cell in label]]
    padded += [[cell.rjust(_width(column)) for cell in column] for column in rest]
    return "\n".join(GAP.join(row).rstrip() for row in zip(*padded, strict=True))


def _width(column: Sequence[str]) -> int:
    return max(map(len, column))
