"""The named suites that latentgym-envs brings: TOML files, and what is registered of them."""
