"""How an analysis is getting on, on stderr: a bar on a terminal, lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from latentgym_core.cli.console import say
from latentgym_core.wording import counted

NUM_LINES = 20


@contextmanager
def counting(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Show how many of a known number are done.

    Args:
        total: How many there are.
        what: What they are, in the singular.

    Yields:
        A function that takes how many more were finished.
    """
    if not sys.stderr.isatty():
        yield _lines(total, what)
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True)) as shown:
        bar = shown.add_task(counted(total, what), total=total)
        yield lambda number: shown.advance(bar, number)


def _lines(total: int, what: str) -> Callable[[int], None]:
    done, said = 0, 0

    def count(number: int) -> None:
        nonlocal done, said
        done += number
        if done == total or done - said >= max(1, total // NUM_LINES):
            said = done
            say(f"{done:,} of {counted(total, what)} analysed")

    return count
