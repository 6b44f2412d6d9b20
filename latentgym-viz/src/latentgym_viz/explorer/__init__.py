"""The trajectory explorer: a static site over run folders, served, exported or in one file."""
