"""Ctrl-C and SIGTERM ask a run to stop after the step; asked again, it stops at once."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from attrs import define

SECOND_WISH = 1.0
"""Seconds; launchers hand on at once what a terminal has already sent to every process."""


@define
class StopRequest:
    """Set by Ctrl-C; looked at between steps."""

    asked: bool = False


@contextmanager
def stop_on_signals(say: Callable[[str], None]) -> Iterator[StopRequest]:
    """Turn the first signal into a request to stop; a second one raises.

    Args:
        say: Told that the request was heard.

    Yields:
        The request.

    Raises:
        KeyboardInterrupt: Somebody asked twice.
    """
    stop = StopRequest()
    heard = 0.0

    def ask(_: int, __: Any) -> None:
        nonlocal heard
        if not stop.asked:
            stop.asked, heard = True, time.monotonic()
            say("Stopping after this step; a second time stops at once.")
        elif time.monotonic() - heard > SECOND_WISH:
            raise KeyboardInterrupt

    try:
        before = [(each, signal.signal(each, ask)) for each in (signal.SIGINT, signal.SIGTERM)]
    except ValueError:  # not the main thread: somebody else handles signals
        yield stop
        return
    try:
        yield stop
    finally:
        for number, handler in before:
            signal.signal(number, handler)


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM raise what Ctrl-C raises, so that what must be ended first is ended.

    Raises:
        KeyboardInterrupt: The signal came.
    """

    def interrupt(_: int, __: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class Stopped(Exception):  # noqa: N818 - a request, not an error
    """The run was asked to stop and has saved its state."""
