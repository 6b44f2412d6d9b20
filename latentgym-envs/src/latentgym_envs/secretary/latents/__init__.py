"""The latents of secretary."""
