"""`python -m latentgym_core`: the `latentgym` command."""

from latentgym_core.cli import main

if __name__ == "__main__":
    main()
