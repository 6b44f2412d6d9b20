"""`accelerate launch -m latentgym_train CONFIG.toml` is `latentgym train CONFIG.toml`."""

import sys

from latentgym_core.cli import main

if __name__ == "__main__":
    main(["train", *sys.argv[1:]])
