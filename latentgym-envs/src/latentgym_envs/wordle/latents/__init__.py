"""The latents of wordle."""
