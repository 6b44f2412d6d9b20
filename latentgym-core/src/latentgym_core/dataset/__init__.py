"""Sequences as a Hugging Face dataset: rows, card and folder."""
