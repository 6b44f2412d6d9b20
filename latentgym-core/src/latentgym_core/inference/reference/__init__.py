"""What reference players would have done and known."""
