"""Core envs of LatentGym: one folder per game, each registered through `latentgym_envs.plugin`."""
