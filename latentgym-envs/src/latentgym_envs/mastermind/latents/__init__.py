"""The latents of mastermind."""
