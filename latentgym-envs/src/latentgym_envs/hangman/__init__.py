"""Hangman: find a hidden word letter by letter before the lives run out."""
