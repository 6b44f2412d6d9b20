"""Sequences played by the policy that is trained, token by token."""
