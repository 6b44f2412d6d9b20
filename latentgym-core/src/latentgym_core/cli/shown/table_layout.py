"""Where the columns of a listing stand in a terminal of some width.

Names and numbers stay whole. Running text wraps beside them as long as enough room is left for it;
else it goes below its row, the longest first. Nothing is ever cut off, however narrow it gets.
"""

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from latentgym_core.folding import fold

GAP = 2  # blanks between two columns
INDENT = 4  # of text below its row
SHORT = 24  # characters from which a cell with blanks is running text
READABLE = 32  # characters a line of running text should have room for
LEAST = 6  # characters a column is left in the narrowest terminal


@frozen
class Layout:
    """Columns by their index.

    Attributes:
        beside: Those that stand side by side, and how wide each is.
        below: Those whose text goes below the row, over the whole width.
    """

    beside: Mapping[int, int]
    below: tuple[int, ...]


@frozen
class _Column:
    """How much room a column takes: its heading whole, broken, and cells wrapped at blanks."""

    whole: int
    most: int
    least: int
    is_text: bool


def plan(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Layout:
    """Choose a layout.

    Args:
        headings: One for each column; broken at underscores where they are wider than the cells.
        rows: Cells of one line each.
        width: Of the terminal.
    """
    columns = [_measured(*each) for each in zip(headings, *rows, strict=True)]
    beside = list(range(len(columns)))
    below: list[int] = []
    while (widths := _widths([columns[i] for i in beside], width, bool(below))) is None:
        longest = max((i for i in beside if columns[i].is_text), key=lambda i: columns[i].most)
        beside.remove(longest)
        below.append(longest)
    return Layout(dict(zip(beside, widths, strict=True)), tuple(sorted(below)))


def lines_of(cells: Sequence[str], numeric: Sequence[bool], layout: Layout) -> Iterator[str]:
    """The lines of the part of a row that stands side by side.

    Args:
        cells: Those of all columns.
        numeric: Whether a column is aligned to the right.
        layout: What `plan` chose.
    """
    folded = [fold(cells[i], width) for i, width in layout.beside.items()]
    for number in range(max(map(len, folded))):
        parts = (lines[number] if number < len(lines) else "" for lines in folded)
        placed = (
            part.rjust(width) if numeric[i] else part.ljust(width)
            for part, (i, width) in zip(parts, layout.beside.items(), strict=True)
        )
        yield (" " * GAP).join(placed).rstrip()


def lines_below(cells: Sequence[str], layout: Layout, width: int) -> Iterator[str]:
    """The lines below a row; an empty cell has none."""
    for index in layout.below:
        for line in fold(cells[index], max(1, width - INDENT)) if cells[index] else ():
            yield " " * INDENT + line


def _measured(heading: str, *cells: str) -> _Column:
    words = [len(word) for cell in cells for word in cell.split()]
    natural = max(map(len, cells), default=0)
    parts = max(len(part) for part in heading.replace("_", "_ ").split() or [""])
    is_text = natural > SHORT and max(words, default=0) < natural
    least = max(words, default=0) if is_text else natural
    return _Column(max(natural, len(heading)), max(natural, parts), max(least, parts), is_text)


def _widths(columns: Sequence[_Column], width: int, is_stacked: bool) -> list[int] | None:
    """Widths that fit, or None if running text should go below."""
    room = width - GAP * (len(columns) - 1)
    for widths in ([each.whole for each in columns], [each.most for each in columns]):
        if sum(widths) <= room:
            return widths
    if not any(each.is_text for each in columns):
        return _squeezed([each.most for each in columns], room)
    floors = [_floor(each, is_stacked) for each in columns]
    spare = room - sum(floors)
    if spare < 0:
        return None
    wanted = [each.most - floor for each, floor in zip(columns, floors, strict=True)]
    return [floor + spare * want // sum(wanted) for floor, want in zip(floors, wanted, strict=True)]


def _floor(column: _Column, is_stacked: bool) -> int:
    """Least width of a column; once a text is below, the others are lists that wrap well."""
    if not column.is_text:
        return column.most
    return column.least if is_stacked else max(column.least, min(column.most, READABLE))


def _squeezed(widths: list[int], room: int) -> list[int]:
    """The widest columns made narrower until all fit, if that can be."""
    while sum(widths) > room and max(widths) > LEAST:
        widths[widths.index(max(widths))] -= 1
    return widths
