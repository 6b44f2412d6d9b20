"""Processes for an analysis, and what can be wrong with the script that asks for them."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from latentgym_core.errors import LatentGymError

PartT = TypeVar("PartT")
FoundT = TypeVar("FoundT")

ALONE = "Order(jobs=1) (on the command line: --jobs 1) starts no process"


def in_processes(
    work: Callable[[PartT], FoundT], parts: Sequence[PartT], workers: int
) -> Iterator[tuple[PartT, FoundT]]:
    """Work on parts in fresh processes, which inherit no lock of a library with threads.

    Args:
        work: A function of a module; parts and what it returns can be pickled.
        parts: What to work on.
        workers: Processes.

    Yields:
        Each part with what was made of it, the soonest first.

    Raises:
        LatentGymError: A process ended early, or every one would.
    """
    check_main_guard()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(work, part): part for part in parts}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BrokenProcessPool as error:
            raise LatentGymError(
                "A process of the analysis ended before its work was done: it was killed, it ran "
                'out of memory, or the script calls it outside of `if __name__ == "__main__":`; '
                f"{ALONE}."
            ) from error


def check_main_guard() -> None:
    """Check that the running script does not begin anew in each process, which imports it.

    Raises:
        LatentGymError: It has no main guard.
    """
    main = sys.modules["__main__"]
    if main.__spec__ is not None and main.__spec__.name.endswith("__main__"):
        return  # `python -m PACKAGE`, which is not imported again
    script = Path(getattr(main, "__file__", None) or "")
    if script.is_file() and "__name__" not in script.read_text("utf-8", errors="replace"):
        raise LatentGymError(
            f"{script.name} has no main guard, and each process of the analysis imports it: put "
            f'what it does under `if __name__ == "__main__":`; {ALONE}.'
        )
