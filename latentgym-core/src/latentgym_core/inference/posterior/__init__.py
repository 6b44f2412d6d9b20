"""The posterior over z, one task on."""
