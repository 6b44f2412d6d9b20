"""Latents that several games share."""
