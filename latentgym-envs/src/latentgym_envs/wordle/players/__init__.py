"""The scripted players of wordle."""
