"""The latents of bandits."""
