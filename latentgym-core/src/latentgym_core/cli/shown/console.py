"""What commands print: data on stdout, talk on stderr."""

import json as json_module
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from shutil import get_terminal_size
from typing import Any

import click


def say(text: str) -> None:
    """Tell a person something; stdout stays free for data."""
    click.echo(text, err=True)


def write_json(data: Any) -> None:
    """Write data to stdout as indented JSON."""
    click.echo(json_module.dumps(data, indent=2, ensure_ascii=False, default=_jsonable))


def text_width() -> int:
    """Columns that a text may fill: the terminal's, or those of a file where there is none."""
    from latentgym_core.metrics.rendering.tables import WIDTH

    return get_terminal_size().columns if sys.stdout.isatty() else WIDTH


def fitted(renderers: Mapping[str, Callable[..., str]], form: str) -> Callable[..., str]:
    """The renderer of a layout; one of `text` is fitted to the terminal."""
    render = renderers[form]
    return partial(render, width=text_width()) if form == "text" else render


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
    from rich.text import Text

    from latentgym_core.cli.shown.table_layout import lines_below, lines_of, plan

    width = get_terminal_size().columns
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [bool(rows) and all(map(_is_number, column)) for column in zip(*rows, strict=True)]
    numeric = numeric or [False] * len(columns)
    layout = plan(columns, cells, width)
    console = Console(soft_wrap=True, highlight=False)
    if title:
        console.print(Text(title, style="bold"))
    for row, style in ((columns, "dim"), *((row, "") for row in cells)):
        for line in (*lines_of(row, numeric, layout), *lines_below(row, layout, width)):
            console.print(Text(line, style=style))


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
