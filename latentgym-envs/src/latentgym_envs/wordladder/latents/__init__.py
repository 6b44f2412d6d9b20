"""The latents of wordladder."""
