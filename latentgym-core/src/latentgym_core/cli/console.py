"""What commands print: data on stdout, talk on stderr."""

import json as json_module
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click


def say(text: str) -> None:
    """Tell a person something; stdout stays free for data."""
    click.echo(text, err=True)


def write_json(data: Any) -> None:
    """Write data to stdout as indented JSON."""
    click.echo(json_module.dumps(data, indent=2, ensure_ascii=False, default=str))


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    json: bool = False,
    title: str = "",
) -> None:
    """Print rows on stdout: a drawn table on a terminal, tab-separated lines elsewhere.

    Args:
        columns: Headings; the keys of the JSON objects.
        rows: One value for each column. None is an empty cell, a float has three decimals,
            a list is joined by commas.
        json: Whether to write a list of objects with the values as they are.
        title: Stands above the table.
    """
    rows = [tuple(row) for row in rows]
    if json:
        write_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif sys.stdout.isatty():
        _draw(columns, rows, title)
    else:
        heading = [f"# {title}"] if title else []
        lines = ["\t".join(map(_cell, row)) for row in (columns, *rows)]
        click.echo("\n".join([*heading, *lines]))


def _draw(columns: Sequence[str], rows: list[tuple[Any, ...]], title: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, title=Text(title) if title else None, title_justify="left")
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(_is_number(row[index]) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    Console().print(table)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cell(value: Any) -> str:
    """One line of text without tabs."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return " ".join(str(value).split())
