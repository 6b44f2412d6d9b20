"""Trajectory explorer, charts and reports of LatentGym."""
