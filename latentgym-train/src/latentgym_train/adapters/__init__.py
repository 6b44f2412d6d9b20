"""LatentGym sequences for other trainers, one leaf module each; none is imported by another."""
