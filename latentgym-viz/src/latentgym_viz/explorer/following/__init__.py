"""The runs that are looked at, followed while they are written."""
