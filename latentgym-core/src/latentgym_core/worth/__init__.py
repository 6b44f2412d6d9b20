"""What z is worth in an environment: measured once, shipped with the game, told to whoever asks."""
