"""Reads the project's Markdown pages and does what their blocks say, in small."""
