"""From rewards to advantages: pure functions over arrays."""
