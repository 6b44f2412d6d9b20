"""Agents: whoever replies. Each provider is a module of its own, imported on first use."""
