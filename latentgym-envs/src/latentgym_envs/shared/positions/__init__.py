"""Latents that games of places share."""
