"""Records and how they are written: trajectories, JSON lines, names."""
