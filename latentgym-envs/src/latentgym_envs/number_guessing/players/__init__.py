"""The scripted players of number guessing."""
