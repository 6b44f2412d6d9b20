"""Word ladder: turn one word into another, one letter at a time."""
