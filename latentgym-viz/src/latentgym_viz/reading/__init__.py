"""What charts and reports read of runs."""
