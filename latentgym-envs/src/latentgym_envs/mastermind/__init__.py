"""Mastermind: find a secret code from black and white pegs."""
