"""Agents that ask a server: clients, parameters, retries."""
