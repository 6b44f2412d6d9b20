"""Latents that bandits and secretary share: where in its row the best choice stands."""
