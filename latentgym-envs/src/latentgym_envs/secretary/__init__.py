"""The secretary problem: stop at the greatest of a row of values."""
