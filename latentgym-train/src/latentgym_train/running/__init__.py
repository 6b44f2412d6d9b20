"""The process around a training run: machine, folder, signals, faults."""
