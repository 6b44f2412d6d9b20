"""Number guessing: find a hidden whole number from greater/less answers."""
