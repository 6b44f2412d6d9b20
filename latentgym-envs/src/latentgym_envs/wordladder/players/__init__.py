"""The scripted players of wordladder."""
