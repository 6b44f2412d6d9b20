"""One worker thread that serves the oldest session first."""

import asyncio
import itertools
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import PriorityQueue
from typing import Any, TypeVar

T = TypeVar("T")


class SerialWorker:
    """Runs one piece of work at a time, away from the event loop.

    Of the calls that wait, one of the session that came first is served first: a few sequences
    are finished one after the other instead of all side by side, so that few caches are alive.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._waiting: PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any]]]
        self._waiting = PriorityQueue()
        self._numbers = itertools.count()
        self._arrivals: dict[str, int] = {}

    async def run(self, session: str, work: Callable[[], T]) -> T:
        """Run `work` in the worker thread and return what it returns."""
        number = next(self._numbers)
        arrival = self._arrivals.setdefault(session, number)
        future: Future[T] = Future()
        self._waiting.put((arrival, number, future, work))
        self._executor.submit(self._serve)
        return await asyncio.wrap_future(future)

    def forget(self, session: str) -> None:
        """Drop the place of a session that is over."""
        self._arrivals.pop(session, None)

    def close(self) -> None:
        """Let the thread end once its work is done."""
        self._executor.shutdown(wait=False)

    def _serve(self) -> None:
        _, _, future, work = self._waiting.get()
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except Exception as error:
            future.set_exception(error)
