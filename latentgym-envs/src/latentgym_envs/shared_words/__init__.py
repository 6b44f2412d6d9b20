"""Latents that hangman, wordle and word ladder share: a property of words."""
