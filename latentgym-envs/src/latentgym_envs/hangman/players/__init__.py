"""The scripted players of hangman."""
