"""The scripted players of secretary."""
