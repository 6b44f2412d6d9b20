"""Notes and labels of people about tasks that were played."""
