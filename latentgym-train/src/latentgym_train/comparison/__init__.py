"""Arms from one base, trained one after another, in one table."""
