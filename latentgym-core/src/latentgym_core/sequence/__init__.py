"""From an environment to a sequence that is played and recorded."""
