"""Which sequences are trained on."""
