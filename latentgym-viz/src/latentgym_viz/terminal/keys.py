"""One key press at a time from the terminal."""

import os
import sys
from collections.abc import Mapping

ARROWS: Mapping[str, str] = {
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1b[C": "right",
    "\x1b[D": "left",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1bOC": "right",
    "\x1bOD": "left",
    "\x1b[6~": "space",
    "\x1b[5~": "b",
    " ": "space",
}
"""What terminals send, and the names `position.moved` knows."""
LONGEST = 32
INTERRUPTED = ("\x03", "\x04", "")
"""Ctrl-C, Ctrl-D, and a terminal that is gone."""


def read_key() -> str:
    """Wait for a key; arrows and the space bar by name, all others as their character.

    Raises:
        KeyboardInterrupt: Ctrl-C or Ctrl-D was pressed, or the terminal is gone.
    """
    pressed = _read_windows() if sys.platform == "win32" else _read_posix()
    if pressed in INTERRUPTED:
        raise KeyboardInterrupt
    return ARROWS.get(pressed, pressed)


def _read_posix() -> str:
    import termios
    import tty

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        tty.setraw(terminal, termios.TCSADRAIN)  # what was typed ahead is kept
        return os.read(terminal, LONGEST).decode("utf-8", "replace")
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _read_windows() -> str:
    import msvcrt

    pressed = str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
    if pressed in ("\x00", "\xe0"):
        second = str(msvcrt.getwch())  # type: ignore[attr-defined,unused-ignore]
        return {"H": "\x1b[A", "P": "\x1b[B", "M": "\x1b[C", "K": "\x1b[D"}.get(second, second)
    return pressed
