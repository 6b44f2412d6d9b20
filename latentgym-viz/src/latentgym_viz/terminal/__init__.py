"""Transcripts in a terminal: walked with keys, or printed into a pipe."""

from latentgym_viz.terminal.walking import walk

__all__ = ["walk"]
