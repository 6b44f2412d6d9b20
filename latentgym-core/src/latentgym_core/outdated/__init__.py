"""What was written for an older release: plugins, and paths of modules that moved."""
