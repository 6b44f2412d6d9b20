"""Cross-task reinforcement learning of language models on LatentGym sequences."""
