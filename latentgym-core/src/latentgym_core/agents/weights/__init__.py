"""Agents whose weights are in this process."""
