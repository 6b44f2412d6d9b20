"""Evaluation runs: configuration, suites, playing many sequences, the run folder."""
