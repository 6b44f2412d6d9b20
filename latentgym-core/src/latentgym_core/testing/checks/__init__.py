"""What a plugin must satisfy, one check a function."""
