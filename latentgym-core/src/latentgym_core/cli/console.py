"""What commands print: data on stdout, talk on stderr."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click


def say(text: str) -> None:
    """Talk to the person, on stderr."""
    click.echo(text, err=True)


def write_json(data: Any) -> None:
    """Write JSON-able data, indented, to stdout."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """A table on a terminal, tab-separated rows with a header line elsewhere.

    Args:
        columns: Header of each column.
        rows: Cells; numbers are right-aligned on a terminal, None is an empty cell.
        title: Printed above the table, on a terminal only.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (columns, *cells):
            click.echo("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=None, header_style="bold")
    for index, name in enumerate(columns):
        numeric = any(isinstance(row[index], int | float) for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)
