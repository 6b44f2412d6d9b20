"""The latents of hangman."""
