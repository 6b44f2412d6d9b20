"""From played tokens to an update of the weights."""
