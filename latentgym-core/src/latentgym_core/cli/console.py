"""What commands print: data on stdout, talk on stderr."""

import json as json_module
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

SHORT = 24  # characters of a cell that is kept on one line where there is room
MIN_TEXT = 10  # characters left to a column of running text
GAP = 2  # blanks between two columns


def say(text: str) -> None:
    """Tell a person something; stdout stays free for data."""
    click.echo(text, err=True)


def write_json(data: Any) -> None:
    """Write data to stdout as indented JSON."""
    click.echo(json_module.dumps(data, indent=2, ensure_ascii=False, default=_jsonable))


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
    filled = [tuple(row) for row in rows]
    if json:
        write_json([dict(zip(columns, row, strict=True)) for row in filled])
    elif sys.stdout.isatty():
        _draw(columns, filled, title)
    else:
        heading = [f"# {title}"] if title else []
        lines = ["\t".join(map(_cell, row)) for row in (columns, *filled)]
        click.echo("\n".join([*heading, *lines]))


def _draw(columns: Sequence[str], rows: list[tuple[Any, ...]], title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    widths = [
        max(len(_cell(value)) for value in column) for column in zip(columns, *rows, strict=True)
    ]
    kept = [width <= SHORT for width in widths]  # names stay whole, running text wraps
    room = console.width - GAP * len(widths) - MIN_TEXT * kept.count(False)
    fits = sum(width for width, keep in zip(widths, kept, strict=True) if keep) <= room
    table = Table(box=None, pad_edge=False, title_justify="left", title=Text(title, style="bold"))
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(_is_number(row[index]) for row in rows)
        table.add_column(
            Text(column, style="dim"),
            justify="right" if numeric else "left",
            overflow="fold",  # nothing is ever cut off, however narrow the terminal
            no_wrap=fits and kept[index],
        )
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    console.print(table)


def _jsonable(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


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
