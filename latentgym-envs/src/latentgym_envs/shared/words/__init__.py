"""Latents that word games share."""
