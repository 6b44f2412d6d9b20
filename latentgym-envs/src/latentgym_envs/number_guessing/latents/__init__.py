"""The latents of number guessing."""
