"""One file for each subcommand; each is imported when it is run."""
