"""What all charts are made of."""
