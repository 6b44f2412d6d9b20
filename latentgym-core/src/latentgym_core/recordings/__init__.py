"""Published recordings and our own runs, read, adopted and played again."""
