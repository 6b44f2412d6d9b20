"""The commands of latentgym-viz, one file each."""
