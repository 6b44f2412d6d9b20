"""From specs that plugins return to names that can be looked up."""

PROJECT = "latentgym"
"""The entry-point group of plugins, and what pluggy calls a project."""
