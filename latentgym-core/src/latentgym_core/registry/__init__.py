"""From specs that plugins return to names that can be looked up."""
