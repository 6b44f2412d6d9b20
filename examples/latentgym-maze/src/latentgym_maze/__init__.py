"""A maze for LatentGym: every maze is new, but where the exit lies follows a hidden rule."""
