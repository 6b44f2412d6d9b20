"""What authors implement: games, latents, prompts, feedback, players, agents."""
