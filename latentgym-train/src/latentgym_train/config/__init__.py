"""What is to be trained, read from TOML and checked."""
